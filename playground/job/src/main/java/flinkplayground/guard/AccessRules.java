package flinkplayground.guard;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.flink.shaded.netty4.io.netty.handler.codec.http.HttpHeaderNames;
import org.apache.flink.shaded.netty4.io.netty.handler.codec.http.HttpMethod;
import org.apache.flink.shaded.netty4.io.netty.handler.codec.http.HttpRequest;

/**
 * Which requests may reach Flink.
 *
 * <ul>
 *   <li>{@code Host} must name this machine's loopback or a configured name: a page that had its own name resolve to 127.0.0.1 (DNS
 *       rebinding) still sends its own name.
 *   <li>{@code Origin}, where there is one, must be the host and port that is asked, or a configured name: a page of another
 *       server, also of another port of this machine, is foreign.
 *   <li>{@code Sec-Fetch-Site}, where there is one, must be {@code same-origin} or {@code none}. One exception: following a link to
 *       the Web UI. That is a GET navigation of a whole tab to {@code /}, which changes nothing; the same in a frame is refused, so
 *       that no page can lay the UI under its own buttons. Other addresses are not excepted, because Flink has GET requests that
 *       change something ({@code /jobs/:id/yarn-cancel}).
 * </ul>
 *
 * Programs that are no browsers send neither of the last two, and an honest first.
 */
final class AccessRules {

    private static final Set<String> LOOPBACK = Set.of("127.0.0.1", "localhost", "[::1]");
    private static final Pattern AUTHORITY = Pattern.compile("(\\[[0-9a-f:.]+]|[a-z0-9._-]+)(?::([0-9]{1,5}))?");
    private static final Pattern ORIGIN = Pattern.compile("(https?)://(.+)");

    private final Set<String> configured;

    private AccessRules(Set<String> configured) {
        this.configured = configured;
    }

    /** @param hosts names without ports, separated by commas; may be empty */
    static AccessRules allowing(String hosts) {
        return new AccessRules(Stream.of(hosts.split("[,;\\s]+"))
                .filter(host -> !host.isEmpty())
                .map(AccessRules::canonical)
                .collect(Collectors.toUnmodifiableSet()));
    }

    /** @return why the request is refused and what to do, as a sentence without anything that the request said; empty to let it through */
    Optional<String> refusal(HttpRequest request) {
        List<String> hosts = request.headers().getAll(HttpHeaderNames.HOST);
        Optional<Authority> host = hosts.size() == 1 ? Authority.parse(hosts.get(0), "80") : Optional.empty();
        if (!request.uri().startsWith("/")
                || host.filter(asked -> LOOPBACK.contains(asked.name) || configured.contains(asked.name)).isEmpty()) {
            return Optional.of("This Flink answers only requests for localhost. If you reach it by another name, add the name to "
                    + RestGuardFactory.ALLOWED_HOSTS.key() + " in the Flink configuration.");
        }
        for (String origin : request.headers().getAll(HttpHeaderNames.ORIGIN)) {
            if (!allowedOrigin(origin, host.get())) {
                return Optional.of("This Flink answers no requests of pages of other origins. If it is your own page, let its server"
                        + " send the request, or add its host to " + RestGuardFactory.ALLOWED_HOSTS.key()
                        + " in the Flink configuration.");
            }
        }
        for (String site : request.headers().getAll("Sec-Fetch-Site")) {
            if (!"same-origin".equals(site) && !"none".equals(site) && !followsLinkToUi(request)) {
                return Optional.of("This Flink answers no requests of other pages. Enter its address in the browser yourself.");
            }
        }
        return Optional.empty();
    }

    private boolean allowedOrigin(String origin, Authority host) {
        Matcher matcher = ORIGIN.matcher(origin.toLowerCase(Locale.ROOT));
        if (!matcher.matches()) {
            return false;
        }
        return Authority.parse(matcher.group(2), "https".equals(matcher.group(1)) ? "443" : "80")
                .filter(page -> page.sameAs(host) || configured.contains(page.name))
                .isPresent();
    }

    private static boolean followsLinkToUi(HttpRequest request) {
        String path = request.uri().split("\\?", 2)[0];
        return HttpMethod.GET.equals(request.method())
                && ("/".equals(path) || "/index.html".equals(path))
                && "navigate".equals(request.headers().get("Sec-Fetch-Mode"))
                && "document".equals(request.headers().get("Sec-Fetch-Dest"));
    }

    private static String canonical(String name) {
        String lower = name.toLowerCase(Locale.ROOT);
        return lower.endsWith(".") ? lower.substring(0, lower.length() - 1) : lower;
    }

    /** A host's canonical name and a port. */
    private static final class Authority {

        private final String name;
        private final String port;

        private Authority(String name, String port) {
            this.name = name;
            this.port = port;
        }

        static Optional<Authority> parse(String text, String defaultPort) {
            Matcher matcher = AUTHORITY.matcher(text.toLowerCase(Locale.ROOT));
            if (!matcher.matches()) {
                return Optional.empty();
            }
            String port = matcher.group(2);
            return Optional.of(new Authority(canonical(matcher.group(1)), port == null ? defaultPort : port));
        }

        boolean sameAs(Authority other) {
            return name.equals(other.name) && port.equals(other.port);
        }
    }
}
