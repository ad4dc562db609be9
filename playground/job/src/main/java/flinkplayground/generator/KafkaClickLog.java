package flinkplayground.generator;

import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;

/**
 * The Kafka topics of clicks and gaps, written in transactions.
 *
 * <p>Why transactions, and not an idempotent producer alone: a killed generator may leave a request in the broker's socket, or
 * wake up after it was stopped and send what it still holds, both after its successor has looked where to go on. {@code
 * initTransactions} with a fixed transactional id ends the predecessor's transaction, and from then on the broker refuses whatever
 * it sends; so what the successor reads as last stored is last. A batch, with the gap before it, is one transaction of all pages,
 * and so pages never part. The price: a batch that a kill interrupted stays in the topic as aborted, and readers must ask for {@code
 * read_committed}.
 */
final class KafkaClickLog implements ClickLog {

    static final int TRANSACTION_TIMEOUT_MS = 10_000;

    private static final Duration READY_WITHIN = Duration.ofSeconds(60);
    private static final Duration READ_WITHIN = Duration.ofSeconds(60);
    private static final Duration POLL = Duration.ofMillis(250);
    private static final Duration CLOSE_WITHIN = Duration.ofSeconds(3);
    private static final long FIRST_TAIL = 200;

    private final String topic;
    private final String gapsTopic;
    private final Producer<String, String> producer;
    private final Map<String, Long> lastTimestamps;

    private KafkaClickLog(
            String topic, String gapsTopic, Producer<String, String> producer, Map<String, Long> lastTimestamps) {
        this.topic = topic;
        this.gapsTopic = gapsTopic;
        this.producer = producer;
        this.lastTimestamps = lastTimestamps;
    }

    /**
     * Waits for the broker and the topics, takes over from any other generator, and reads where it was.
     *
     * @throws KafkaException when that is not possible within two minutes
     */
    static KafkaClickLog open(String bootstrapServers, String topic, String gapsTopic, Collection<String> pages) {
        try (Consumer<String, String> consumer = new KafkaConsumer<>(consumerProperties(bootstrapServers))) {
            List<TopicPartition> partitions = awaitTopic(consumer, topic);
            awaitTopic(consumer, gapsTopic);
            Producer<String, String> producer = new KafkaProducer<>(producerProperties(bootstrapServers, topic));
            try {
                producer.initTransactions();
                return new KafkaClickLog(topic, gapsTopic, producer, readLastTimestamps(consumer, partitions, pages));
            } catch (RuntimeException failure) {
                producer.close(Duration.ZERO);
                throw failure;
            }
        }
    }

    @Override
    public Map<String, Long> lastTimestamps() {
        return lastTimestamps;
    }

    @Override
    public void store(Batch batch) {
        producer.beginTransaction();
        for (Gap gap : batch.gaps()) {
            producer.send(new ProducerRecord<>(gapsTopic, gap.toJson()));
        }
        for (Click click : batch.clicks()) {
            producer.send(new ProducerRecord<>(topic, click.page(), click.toJson()));
        }
        // Also throws what any of the sends failed with.
        producer.commitTransaction();
    }

    @Override
    public void close() {
        producer.close(CLOSE_WITHIN);
    }

    private static List<TopicPartition> awaitTopic(Consumer<String, String> consumer, String topic) {
        long deadline = System.nanoTime() + READY_WITHIN.toNanos();
        while (true) {
            try {
                List<PartitionInfo> partitions = consumer.partitionsFor(topic, Duration.ofSeconds(2));
                if (partitions != null && !partitions.isEmpty()) {
                    return partitions.stream()
                            .map(partition -> new TopicPartition(topic, partition.partition()))
                            .collect(Collectors.toList());
                }
            } catch (TimeoutException | UnknownTopicOrPartitionException notYet) {
                // The broker starts at the same time, and topics are created after it.
            }
            if (System.nanoTime() - deadline > 0) {
                throw new KafkaException("The topic '" + topic + "' did not appear within " + READY_WITHIN.toSeconds()
                        + " s. Check that Kafka runs and that the topic exists.");
            }
            try {
                Thread.sleep(100);
            } catch (InterruptedException interrupted) {
                Thread.currentThread().interrupt();
                throw new KafkaException("Interrupted while waiting for the topic '" + topic + "'.");
            }
        }
    }

    /**
     * Reads the ends of all partitions, longer ones each time, until every page has been seen or everything has been read. Records
     * of a partition are in order of event time, so what is seen of a page last is its newest.
     */
    private static Map<String, Long> readLastTimestamps(
            Consumer<String, String> consumer, List<TopicPartition> partitions, Collection<String> pages) {
        Map<TopicPartition, Long> beginnings = consumer.beginningOffsets(partitions);
        Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
        consumer.assign(partitions);
        for (long tail = FIRST_TAIL; ; tail *= 8) {
            boolean everything = true;
            for (TopicPartition partition : partitions) {
                long from = Math.max(beginnings.get(partition), ends.get(partition) - tail);
                everything &= from == beginnings.get(partition);
                consumer.seek(partition, from);
            }
            Map<String, Long> found = readToEnds(consumer, ends, pages);
            if (everything || found.keySet().containsAll(pages)) {
                return found;
            }
        }
    }

    private static Map<String, Long> readToEnds(
            Consumer<String, String> consumer, Map<TopicPartition, Long> ends, Collection<String> pages) {
        Map<String, Long> newest = new HashMap<>();
        long deadline = System.nanoTime() + READ_WITHIN.toNanos();
        while (ends.entrySet().stream().anyMatch(end -> consumer.position(end.getKey()) < end.getValue())) {
            if (System.nanoTime() - deadline > 0) {
                throw new KafkaException("The last clicks could not be read within " + READ_WITHIN.toSeconds() + " s.");
            }
            for (ConsumerRecord<String, String> record : consumer.poll(POLL)) {
                if (record.value() != null) {
                    Click.fromJson(record.value())
                            .filter(click -> pages.contains(click.page()))
                            .ifPresent(click -> newest.merge(click.page(), click.timestamp(), Math::max));
                }
            }
        }
        return newest;
    }

    private static Properties consumerProperties(String bootstrapServers) {
        Properties properties = new Properties();
        properties.put("bootstrap.servers", bootstrapServers);
        properties.put("key.deserializer", StringDeserializer.class.getName());
        properties.put("value.deserializer", StringDeserializer.class.getName());
        properties.put("isolation.level", "read_committed");
        properties.put("enable.auto.commit", "false");
        properties.put("allow.auto.create.topics", "false");
        properties.put("auto.offset.reset", "earliest");
        // Closing waits for the fetch that is under way.
        properties.put("fetch.max.wait.ms", 10);
        properties.put("enable.metrics.push", "false");
        return properties;
    }

    private static Properties producerProperties(String bootstrapServers, String topic) {
        Properties properties = new Properties();
        properties.put("bootstrap.servers", bootstrapServers);
        properties.put("key.serializer", StringSerializer.class.getName());
        properties.put("value.serializer", StringSerializer.class.getName());
        properties.put("transactional.id", "clickevent-generator-" + topic);
        properties.put("transaction.timeout.ms", TRANSACTION_TIMEOUT_MS);
        properties.put("acks", "all");
        properties.put("linger.ms", 5);
        properties.put("batch.size", 65_536);
        properties.put("retry.backoff.ms", 20);
        properties.put("request.timeout.ms", 10_000);
        properties.put("delivery.timeout.ms", 30_000);
        properties.put("enable.metrics.push", "false");
        return properties;
    }
}
