package flinkplayground.guard;

import org.apache.flink.shaded.netty4.io.netty.channel.ChannelHandlerAdapter;
import org.apache.flink.shaded.netty4.io.netty.channel.ChannelHandlerContext;
import org.apache.flink.shaded.netty4.io.netty.channel.ChannelPipeline;
import org.apache.flink.shaded.netty4.io.netty.handler.codec.http.HttpServerCodec;

/**
 * Replaces itself by a {@link RestGuard} directly behind the HTTP codec. Flink adds handlers of factories only behind the one that
 * writes uploads to disk, where a refused upload would already be stored.
 */
final class RestGuardInstaller extends ChannelHandlerAdapter {

    private static final String GUARD = "flink-playground-rest-guard";

    private final AccessRules rules;

    RestGuardInstaller(AccessRules rules) {
        this.rules = rules;
    }

    @Override
    public void handlerAdded(ChannelHandlerContext context) {
        ChannelPipeline pipeline = context.pipeline();
        ChannelHandlerContext codec = pipeline.context(HttpServerCodec.class);
        if (codec == null) {
            throw new IllegalStateException("The REST guard found no HTTP codec to stand behind, so nothing is let through.");
        }
        pipeline.addAfter(codec.name(), GUARD, new RestGuard(rules));
        pipeline.remove(this);
    }
}
