package flinkplayground.clickcount;

import java.io.IOException;
import java.time.DateTimeException;
import org.apache.flink.api.common.serialization.AbstractDeserializationSchema;
import org.apache.flink.metrics.Counter;
import org.apache.flink.shaded.jackson2.com.fasterxml.jackson.databind.JsonNode;
import org.apache.flink.shaded.jackson2.com.fasterxml.jackson.databind.ObjectMapper;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads {@code {"timestamp":"2026-11-23T10:00:00.000Z","page":"/help"}}. A record of any other form is skipped and counted in the
 * metric {@code undecodableRecords}: one bad record must not stop the job for ever.
 */
public class ClickEventDeserializer extends AbstractDeserializationSchema<ClickEvent> {

    static final String UNDECODABLE_RECORDS = "undecodableRecords";

    private static final Logger LOG = LoggerFactory.getLogger(ClickEventDeserializer.class);

    private transient ObjectMapper mapper;
    private transient Counter undecodable;

    public ClickEventDeserializer() {
        super(ClickEvent.class);
    }

    @Override
    public void open(InitializationContext context) {
        mapper = new ObjectMapper();
        undecodable = context.getMetricGroup().counter(UNDECODABLE_RECORDS);
    }

    /** @return {@code null} for a record that is no click event, which Flink takes as "no record" */
    @Override
    public ClickEvent deserialize(byte[] message) {
        ClickEvent event = message == null ? null : decode(message);
        if (event == null) {
            if (undecodable.getCount() == 0) {
                LOG.warn("A record that is no click event was skipped. More are only counted, in {}.", UNDECODABLE_RECORDS);
            }
            undecodable.inc();
        }
        return event;
    }

    private ClickEvent decode(byte[] message) {
        try {
            JsonNode record = mapper.readTree(message);
            JsonNode timestamp = record.path("timestamp");
            JsonNode page = record.path("page");
            if (!timestamp.isTextual() || !page.isTextual() || page.textValue().isEmpty()) {
                return null;
            }
            return new ClickEvent(IsoTime.parse(timestamp.textValue()), page.textValue());
        } catch (IOException | DateTimeException | ArithmeticException notAClickEvent) {
            return null;
        }
    }
}
