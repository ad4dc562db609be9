package flinkplayground.guard;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import flinkplayground.support.FlinkRest;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.apache.flink.runtime.testutils.InternalMiniClusterExtension;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** The guard in a real Flink, found by its service file; requests are written byte by byte, as no HTTP client would. */
class RestGuardTest {

    private static final String JOB = "0123456789abcdef0123456789abcdef";

    @RegisterExtension
    static final InternalMiniClusterExtension CLUSTER = new InternalMiniClusterExtension(FlinkRest.cluster());

    private FlinkRest flink;

    @BeforeEach
    void awaitFlink() throws Exception {
        flink = FlinkRest.of(CLUSTER);
    }

    static Stream<Arguments> foreignRequests() {
        List<String> requests = List.of(
                "POST /jars/upload", "POST /jars/x.jar/run", "PATCH /jobs/" + JOB + "?mode=cancel", "POST /jobs/" + JOB + "/stop",
                "GET /jobs/" + JOB + "/yarn-cancel", "DELETE /jars/x.jar", "GET /overview", "GET /no-such-page");
        List<String> foreign = List.of(
                "Host: evil.example:%d",
                "Host: 127.0.0.1:%d\r\nOrigin: http://evil.example",
                "Host: 127.0.0.1:%d\r\nOrigin: null",
                "Host: 127.0.0.1:%d\r\nOrigin: http://127.0.0.1:3000",
                "Host: 127.0.0.1:%d\r\nSec-Fetch-Site: cross-site",
                "Host: 127.0.0.1:%d\r\nSec-Fetch-Site: same-site");
        return requests.stream().flatMap(request -> foreign.stream().map(headers -> Arguments.of(request, headers)));
    }

    @ParameterizedTest
    @MethodSource("foreignRequests")
    void refusesWhatAForeignPageSends(String request, String headers) throws IOException {
        String answer = exchange(request, headers, "Content-Type: text/plain\r\nContent-Length: 2\r\n\r\n{}");

        assertTrue(answer.startsWith("HTTP/1.1 403 "), answer);
        assertTrue(answer.contains("{\"errors\":[\"This Flink answers "), answer);
    }

    static Stream<String> ownRequests() {
        return Stream.of(
                "Host: 127.0.0.1:%d",
                "Host: localhost:%1$d\r\nOrigin: http://localhost:%1$d\r\nSec-Fetch-Site: same-origin",
                "Host: 127.0.0.1:%d\r\nSec-Fetch-Site: none");
    }

    @ParameterizedTest
    @MethodSource("ownRequests")
    void letsTheWebUiAndItsRequestsThrough(String headers) throws IOException {
        assertTrue(exchange("GET /overview", headers, "\r\n").startsWith("HTTP/1.1 200 "));
        assertTrue(exchange("GET /", headers, "\r\n").startsWith("HTTP/1.1 200 "));
        assertTrue(exchange("GET /index.html", headers, "\r\n").contains("<html"));
    }

    @Test
    void opensTheWebUiForALinkOfAnotherPage() throws IOException {
        String headers = "Host: 127.0.0.1:%d\r\nSec-Fetch-Site: cross-site\r\nSec-Fetch-Mode: navigate\r\nSec-Fetch-Dest: document";

        assertTrue(exchange("GET /", headers, "\r\n").startsWith("HTTP/1.1 200 "));
    }

    @Test
    void letsUploadRunAndCancelThroughForProgramsThatAreNoPages() throws Exception {
        String jar = flink.upload(Path.of(System.getProperty("jars"), "click-event-count-1.0.jar"));

        String refusal = flink.refusalToRun(jar, 1, null, List.of("--no-such-argument"));

        assertTrue(refusal.contains("The argument '--no-such-argument' is not known."), refusal);
    }

    @Test
    void answersAForeignUploadBeforeItsBodyHasCome() throws IOException {
        String boundary = "Content-Type: multipart/form-data; boundary=b\r\nTransfer-Encoding: chunked\r\n\r\n";
        String part = "--b\r\nContent-Disposition: form-data; name=\"jarfile\"; filename=\"evil.jar\"\r\n\r\n0123456789";
        String chunk = Integer.toHexString(part.length()) + "\r\n" + part + "\r\n";

        String answer = exchange("POST /jars/upload", "Host: 127.0.0.1:%d\r\nOrigin: http://evil.example", boundary + chunk);

        assertTrue(answer.startsWith("HTTP/1.1 403 "), answer);
    }

    @Test
    void takesNoSecondRequestOfARefusedConnection() throws IOException {
        String second = "GET /overview HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n";

        String answer = exchange("GET /overview", "Host: evil.example", "\r\n" + second);

        assertEquals(1, answer.split("HTTP/1.1", -1).length - 1, answer);
    }

    @Test
    void storesNothingOfAForeignUpload() throws Exception {
        int before = flink.get("/jars").path("files").size();
        String body = "--b\r\nContent-Disposition: form-data; name=\"jarfile\"; filename=\"evil.jar\"\r\n"
                + "Content-Type: application/x-java-archive\r\n\r\n0123456789\r\n--b--\r\n";

        exchange(
                "POST /jars/upload",
                "Host: evil.example",
                "Content-Type: multipart/form-data; boundary=b\r\nContent-Length: " + body.length() + "\r\n\r\n" + body);

        assertEquals(before, flink.get("/jars").path("files").size());
    }

    /** The whole answer, until Flink closes the connection. */
    private String exchange(String request, String headers, String rest) throws IOException {
        int port = CLUSTER.getRestAddress().getPort();
        String head = request + " HTTP/1.1\r\n" + String.format(headers, port) + "\r\nConnection: close\r\n";
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            socket.setSoTimeout(20_000);
            OutputStream out = socket.getOutputStream();
            out.write((head + rest).getBytes(StandardCharsets.ISO_8859_1));
            out.flush();
            InputStream in = socket.getInputStream();
            return new String(in.readAllBytes(), StandardCharsets.ISO_8859_1);
        }
    }
}
