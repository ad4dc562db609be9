package flinkplayground.guard;

import java.util.Map;
import java.util.Optional;
import org.apache.flink.configuration.ConfigOption;
import org.apache.flink.configuration.ConfigOptions;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.runtime.io.network.netty.InboundChannelHandlerFactory;
import org.apache.flink.shaded.netty4.io.netty.channel.ChannelHandler;

/**
 * Puts a {@link RestGuard} before Flink's REST handlers. Flink finds it by {@link java.util.ServiceLoader} when this jar is on the
 * JobManager's class path.
 *
 * <p>Flink's REST port runs any code that is sent to it and asks nobody for a name or a password, so a web page that a person visits
 * could run code on their machine through their own browser, even when the port listens on the loopback interface only.
 */
public class RestGuardFactory implements InboundChannelHandlerFactory {

    static final ConfigOption<String> ALLOWED_HOSTS = ConfigOptions.key("flinkplayground.rest.allowed-hosts")
            .stringType()
            .defaultValue("")
            .withDescription("Names, separated by commas, by which the REST port may be addressed besides 127.0.0.1, localhost and"
                    + " [::1]: those of containers, or the name under which a port is forwarded.");

    /** First of all inbound handlers. */
    @Override
    public int priority() {
        return Integer.MAX_VALUE;
    }

    @Override
    public Optional<ChannelHandler> createHandler(Configuration configuration, Map<String, String> responseHeaders) {
        return Optional.of(new RestGuardInstaller(AccessRules.allowing(configuration.get(ALLOWED_HOSTS))));
    }
}
