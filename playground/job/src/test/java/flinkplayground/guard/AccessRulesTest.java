package flinkplayground.guard;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Map;
import org.apache.flink.shaded.netty4.io.netty.handler.codec.http.DefaultHttpRequest;
import org.apache.flink.shaded.netty4.io.netty.handler.codec.http.HttpMethod;
import org.apache.flink.shaded.netty4.io.netty.handler.codec.http.HttpRequest;
import org.apache.flink.shaded.netty4.io.netty.handler.codec.http.HttpVersion;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AccessRulesTest {

    private final AccessRules rules = AccessRules.allowing("jobmanager, Playground.Example");

    @ParameterizedTest
    @ValueSource(strings = {
        "127.0.0.1:8081", "localhost:8081", "LOCALHOST:9", "localhost", "localhost.:8081", "[::1]:8081", "[::1]",
        "jobmanager:8081", "playground.example", "PLAYGROUND.example:443"
    })
    void takesTheLoopbackAndConfiguredNamesWithAnyPort(String host) {
        assertTrue(allowed(HttpMethod.POST, "/jars/upload", Map.of("Host", host)));
    }

    @ParameterizedTest
    @ValueSource(strings = {
        "evil.example:8081", "localhost.evil.example", "127.0.0.1.evil.example", "evil.example#localhost", "evil@localhost",
        "localhost:8081@evil.example", "127.0.0.2", "0.0.0.0:8081", "[::2]:8081", "localhost:", "localhost:80x", "",
        "localhost, evil.example", "127.0.0.1/.evil.example", "[::1].evil.example"
    })
    void refusesEveryOtherHost(String host) {
        assertEquals(false, allowed(HttpMethod.GET, "/overview", Map.of("Host", host)));
    }

    @Test
    void refusesNoHostAndTwoHosts() {
        assertEquals(false, allowed(HttpMethod.GET, "/overview", Map.of()));
        HttpRequest two = request(HttpMethod.GET, "/overview", Map.of("Host", "localhost"));
        two.headers().add("Host", "evil.example");
        assertTrue(rules.refusal(two).isPresent());
    }

    @Test
    void refusesAnAddressWithAHostOfItsOwn() {
        assertEquals(false, allowed(HttpMethod.GET, "http://evil.example/overview", Map.of("Host", "localhost")));
    }

    @ParameterizedTest
    @CsvSource({
        "localhost:8081, http://localhost:8081, true",
        "localhost, http://localhost, true",
        "LocalHost:8081, HTTP://localhost:8081, true",
        "localhost:443, https://localhost, true",
        "[::1]:8081, http://[::1]:8081, true",
        "localhost:8081, https://playground.example, true",
        "localhost:8081, http://localhost:3000, false",
        "localhost:8081, http://localhost, false",
        "localhost:8081, http://127.0.0.1:8081, false",
        "localhost:8081, http://evil.example, false",
        "localhost:8081, null, false",
        "localhost:8081, vscode-webview://localhost:8081, false",
        "localhost:8081, http://evil.example@localhost:8081, false",
        "localhost:8081, localhost:8081, false",
    })
    void takesOnlyTheOriginThatIsAsked(String host, String origin, boolean expected) {
        assertEquals(expected, allowed(HttpMethod.POST, "/jars/upload", Map.of("Host", host, "Origin", origin)));
    }

    @ParameterizedTest
    @CsvSource({"same-origin, true", "none, true", "same-site, false", "cross-site, false", "other, false"})
    void takesOnlyWhatThePageItselfOrThePersonAsks(String site, boolean expected) {
        assertEquals(
                expected, allowed(HttpMethod.GET, "/jobs/1/yarn-cancel", Map.of("Host", "localhost", "Sec-Fetch-Site", site)));
    }

    @ParameterizedTest
    @CsvSource({
        "GET, /, navigate, document, true",
        "GET, /index.html, navigate, document, true",
        "GET, /?from=docs, navigate, document, true",
        "GET, /, navigate, iframe, false",
        "GET, /, no-cors, image, false",
        "POST, /, navigate, document, false",
        "GET, /jobs/1/yarn-cancel, navigate, document, false",
    })
    void letsALinkOfAnotherPageOpenTheWebUiInATab(
            String method, String path, String mode, String destination, boolean expected) {
        assertEquals(
                expected,
                allowed(HttpMethod.valueOf(method), path, Map.of(
                        "Host", "localhost:8081",
                        "Sec-Fetch-Site", "cross-site",
                        "Sec-Fetch-Mode", mode,
                        "Sec-Fetch-Dest", destination)));
    }

    private boolean allowed(HttpMethod method, String uri, Map<String, String> headers) {
        return rules.refusal(request(method, uri, headers)).isEmpty();
    }

    private static HttpRequest request(HttpMethod method, String uri, Map<String, String> headers) {
        HttpRequest request = new DefaultHttpRequest(HttpVersion.HTTP_1_1, method, uri);
        headers.forEach(request.headers()::set);
        return request;
    }
}
