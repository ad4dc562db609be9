/** Each log is kept to this many bytes, and as many again in the files before it. */
const logBytes = 8 * 1024 * 1024;

/** `log4j2` properties of Flink and of Kafka 4: one rolling file, the one that `-Dlog.file` names. */
export const log4j2Properties = `status = ERROR
rootLogger.level = INFO
rootLogger.appenderRef.file.ref = file
appender.file.type = RollingFile
appender.file.name = file
appender.file.append = true
appender.file.fileName = \${sys:log.file}
appender.file.filePattern = \${sys:log.file}.%i
appender.file.layout.type = PatternLayout
appender.file.layout.charset = UTF-8
appender.file.layout.pattern = %d{yyyy-MM-dd HH:mm:ss,SSS} %-5p %c{1} - %m%n
appender.file.policies.type = Policies
appender.file.policies.size.type = SizeBasedTriggeringPolicy
appender.file.policies.size.size = ${logBytes}
appender.file.strategy.type = DefaultRolloverStrategy
appender.file.strategy.max = 1
logger.pekko.name = org.apache.pekko
logger.pekko.level = WARN
logger.akka.name = akka
logger.akka.level = WARN
# Warns twice a second of a name that the Kafka sink gives to two metrics.
logger.metrics.name = org.apache.flink.metrics.MetricGroup
logger.metrics.level = ERROR
`;

/** The same for Kafka 3.9 and ZooKeeper, which log by reload4j. */
export const reload4jProperties = `log4j.rootLogger=INFO, file
log4j.appender.file=org.apache.log4j.RollingFileAppender
log4j.appender.file.File=\${log.file}
log4j.appender.file.Encoding=UTF-8
log4j.appender.file.Append=true
log4j.appender.file.MaxFileSize=${logBytes}
log4j.appender.file.MaxBackupIndex=1
log4j.appender.file.layout=org.apache.log4j.PatternLayout
log4j.appender.file.layout.ConversionPattern=%d{yyyy-MM-dd HH:mm:ss,SSS} %-5p %c{1} - %m%n
`;
