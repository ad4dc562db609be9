package flinkplayground.support;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.function.Predicate;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.runtime.testutils.InternalMiniClusterExtension;
import org.apache.flink.runtime.testutils.MiniClusterResourceConfiguration;
import org.apache.flink.shaded.jackson2.com.fasterxml.jackson.databind.JsonNode;
import org.apache.flink.shaded.jackson2.com.fasterxml.jackson.databind.ObjectMapper;
import org.apache.flink.shaded.jackson2.com.fasterxml.jackson.databind.node.ObjectNode;

/** A Flink cluster as the extension sees it: by its REST port alone. */
public final class FlinkRest {

    private static final Duration WITHIN = Duration.ofSeconds(60);
    private static final ObjectMapper MAPPER = new ObjectMapper();

    private final HttpClient http = HttpClient.newHttpClient();
    private final URI address;

    private FlinkRest(URI address) {
        this.address = address;
    }

    /** Waits until the cluster has its leader and its TaskManager. */
    public static FlinkRest of(InternalMiniClusterExtension cluster) throws Exception {
        FlinkRest flink = new FlinkRest(cluster.getRestAddress());
        HttpRequest overview = flink.request("/overview").GET().build();
        await(
                "the TaskManager",
                () -> flink.http.send(overview, BodyHandlers.ofString()),
                answer -> answer.statusCode() == 200 && answer.body().contains("\"taskmanagers\":1,"));
        return flink;
    }

    /** A cluster of one TaskManager with four slots, set up as the playground's. */
    public static MiniClusterResourceConfiguration cluster() {
        Configuration configuration = new Configuration();
        configuration.setString("web.refresh-interval", "250");
        configuration.setString("metrics.fetcher.update-interval", "200");
        configuration.setString("restart-strategy.type", "fixed-delay");
        configuration.setString("restart-strategy.fixed-delay.delay", "200 ms");
        configuration.setString("restart-strategy.fixed-delay.attempts", "1000");
        return new MiniClusterResourceConfiguration.Builder()
                .setConfiguration(configuration)
                .setNumberTaskManagers(1)
                .setNumberSlotsPerTaskManager(4)
                .build();
    }

    /** @return the id of the uploaded jar */
    public String upload(Path jar) throws IOException, InterruptedException {
        String boundary = "jar-of-the-test";
        byte[] head = ("--" + boundary + "\r\nContent-Disposition: form-data; name=\"jarfile\"; filename=\"" + jar.getFileName()
                        + "\"\r\nContent-Type: application/x-java-archive\r\n\r\n")
                .getBytes(StandardCharsets.UTF_8);
        byte[] tail = ("\r\n--" + boundary + "--\r\n").getBytes(StandardCharsets.UTF_8);
        HttpRequest request = request("/jars/upload")
                .header("Content-Type", "multipart/form-data; boundary=" + boundary)
                .POST(BodyPublishers.ofByteArrays(List.of(head, Files.readAllBytes(jar), tail)))
                .build();
        String stored = send(request, 200).path("filename").asText();
        return stored.substring(stored.lastIndexOf('/') + 1);
    }

    /** @return the id of the job, all of whose tasks run */
    public String run(String jarId, int parallelism, String savepoint, List<String> args) throws Exception {
        String job = send(runRequest(jarId, parallelism, savepoint, args), 200).path("jobid").asText();
        awaitTasks(job, parallelism);
        return job;
    }

    /** @return what Flink says of a start that it refuses */
    public String refusalToRun(String jarId, int parallelism, String savepoint, List<String> args) throws Exception {
        return send(runRequest(jarId, parallelism, savepoint, args), 400).path("errors").toString();
    }

    /** @return the path of the savepoint */
    public String stopWithSavepoint(String job, Path directory) throws Exception {
        ObjectNode body = MAPPER.createObjectNode().put("targetDirectory", directory.toUri().toString()).put("drain", false);
        String trigger = send(post("/jobs/" + job + "/stop", body), 202).path("request-id").asText();
        JsonNode done = await(
                "savepoint of " + job,
                () -> get("/jobs/" + job + "/savepoints/" + trigger),
                status -> "COMPLETED".equals(status.path("status").path("id").asText()));
        JsonNode location = done.path("operation").path("location");
        if (!location.isTextual()) {
            throw new AssertionError("no savepoint: " + done);
        }
        return location.asText();
    }

    public void cancel(String job) throws Exception {
        send(request("/jobs/" + job + "?mode=cancel").method("PATCH", BodyPublishers.noBody()).build(), 202);
        await("end of " + job, () -> get("/jobs/" + job), state -> "CANCELED".equals(state.path("state").asText()));
    }

    public JsonNode get(String path) throws IOException, InterruptedException {
        return send(request(path).GET().build(), 200);
    }

    /** Asks again and again until the answer is the wanted one. */
    public static <T> T await(String what, Callable<T> question, Predicate<T> wanted) throws Exception {
        long deadline = System.nanoTime() + WITHIN.toNanos();
        while (true) {
            T answer = question.call();
            if (wanted.test(answer)) {
                return answer;
            }
            if (System.nanoTime() - deadline > 0) {
                throw new AssertionError("waited in vain for " + what + ", at last: " + answer);
            }
            Thread.sleep(50);
        }
    }

    private void awaitTasks(String job, int parallelism) throws Exception {
        await("tasks of " + job, () -> get("/jobs/" + job), state -> {
            JsonNode vertices = state.path("vertices");
            for (JsonNode vertex : vertices) {
                if (vertex.path("tasks").path("RUNNING").asInt() != parallelism) {
                    return false;
                }
            }
            return vertices.size() > 0;
        });
    }

    private HttpRequest runRequest(String jarId, int parallelism, String savepoint, List<String> args) {
        ObjectNode body = MAPPER.createObjectNode().put("parallelism", parallelism);
        args.forEach(body.putArray("programArgsList")::add);
        if (savepoint != null) {
            body.put("savepointPath", savepoint);
        }
        return post("/jars/" + jarId + "/run", body);
    }

    private HttpRequest post(String path, JsonNode body) {
        return request(path)
                .header("Content-Type", "application/json")
                .POST(BodyPublishers.ofString(body.toString()))
                .build();
    }

    private HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(address.resolve(path)).version(HttpClient.Version.HTTP_1_1).timeout(WITHIN);
    }

    private JsonNode send(HttpRequest request, int expectedStatus) throws IOException, InterruptedException {
        HttpResponse<String> response = http.send(request, BodyHandlers.ofString());
        if (response.statusCode() != expectedStatus) {
            throw new AssertionError(request.uri() + " answered " + response.statusCode() + " " + response.body());
        }
        return MAPPER.readTree(response.body());
    }
}
