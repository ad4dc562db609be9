package flinkplayground.clickcount;

import java.nio.charset.StandardCharsets;
import org.apache.flink.connector.kafka.sink.KafkaRecordSerializationSchema;
import org.apache.flink.shaded.jackson2.com.fasterxml.jackson.core.JsonProcessingException;
import org.apache.flink.shaded.jackson2.com.fasterxml.jackson.databind.ObjectMapper;
import org.apache.kafka.clients.producer.ProducerRecord;

/**
 * Writes {@code {"windowStart":…,"windowEnd":…,"page":…,"count":…}}, keyed by page. The Kafka timestamp is left to Kafka: event time
 * there would let retention delete the record, or the broker refuse it, whenever event time and the clock are far apart.
 */
public class ClickEventStatisticsSerializer implements KafkaRecordSerializationSchema<ClickEventStatistics> {

    private static final long serialVersionUID = 1L;

    private final String topic;
    private transient ObjectMapper mapper;

    public ClickEventStatisticsSerializer(String topic) {
        this.topic = topic;
    }

    @Override
    public ProducerRecord<byte[], byte[]> serialize(
            ClickEventStatistics statistics, KafkaSinkContext context, Long timestamp) {
        return new ProducerRecord<>(
                topic, statistics.getPage().getBytes(StandardCharsets.UTF_8), json(statistics));
    }

    private byte[] json(ClickEventStatistics statistics) {
        if (mapper == null) {
            mapper = new ObjectMapper();
        }
        try {
            return mapper.writeValueAsBytes(mapper.createObjectNode()
                    .put("windowStart", IsoTime.format(statistics.getWindowStart()))
                    .put("windowEnd", IsoTime.format(statistics.getWindowEnd()))
                    .put("page", statistics.getPage())
                    .put("count", statistics.getCount()));
        } catch (JsonProcessingException impossible) {
            throw new IllegalStateException(impossible);
        }
    }
}
