package flinkplayground.clickcount;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.streaming.api.graph.StreamGraph;
import org.apache.flink.streaming.api.graph.StreamNode;
import org.junit.jupiter.api.Test;

/** What the arguments make of the job. */
class JobGraphTest {

    private static final Map<String, String> PLAIN = Map.of(
            "Source: ClickEvent Source", "click-event-source",
            "ClickEvent Counter", "click-event-counter",
            "ClickEventStatistics Sink: Writer", "click-event-statistics-sink",
            "ClickEventStatistics Sink: Committer", "Sink Committer: click-event-statistics-sink");

    @Test
    void givesEveryOperatorAUid() {
        assertEquals(PLAIN, uids(graph()));
        assertEquals(PLAIN, uids(graph("--checkpointing", "--event-time", "--exactly-once", "--chaining")));
    }

    @Test
    void putsBackpressureBeforeTheCounter() {
        StreamGraph graph = graph("--backpressure");

        Map<String, String> expected = new TreeMap<>(PLAIN);
        expected.put("Backpressure", "backpressure");
        assertEquals(expected, uids(graph));
        StreamNode backpressure = graph.getStreamNodes().stream()
                .filter(node -> node.getOperatorName().equals("Backpressure"))
                .findFirst()
                .orElseThrow();
        assertEquals("ClickEvent Counter", graph.getStreamNode(backpressure.getOutEdges().get(0).getTargetId()).getOperatorName());
    }

    @Test
    void checkpointsOnlyWhenItIsTold() {
        assertFalse(graph("--checkpoint-interval", "2000").getCheckpointConfig().isCheckpointingEnabled());
        assertEquals(
                2000, graph("--checkpointing", "--checkpoint-interval", "2000").getCheckpointConfig().getCheckpointInterval());
    }

    @Test
    void chainsOnlyWhenItIsTold() {
        assertFalse(graph().isChainingEnabled());
        assertTrue(graph("--chaining").isChainingEnabled());
    }

    private static StreamGraph graph(String... args) {
        StreamExecutionEnvironment env = StreamExecutionEnvironment.createLocalEnvironment();
        ClickEventCount.build(env, JobOptions.parse(args));
        return env.getStreamGraph();
    }

    private static Map<String, String> uids(StreamGraph graph) {
        List<StreamNode> nodes = List.copyOf(graph.getStreamNodes());
        return nodes.stream().collect(Collectors.toMap(StreamNode::getOperatorName, StreamNode::getTransformationUID));
    }
}
