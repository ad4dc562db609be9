package flinkplayground.guard;

import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.apache.flink.shaded.netty4.io.netty.buffer.Unpooled;
import org.apache.flink.shaded.netty4.io.netty.channel.ChannelHandlerContext;
import org.apache.flink.shaded.netty4.io.netty.channel.ChannelInboundHandlerAdapter;
import org.apache.flink.shaded.netty4.io.netty.handler.codec.http.DefaultFullHttpResponse;
import org.apache.flink.shaded.netty4.io.netty.handler.codec.http.FullHttpResponse;
import org.apache.flink.shaded.netty4.io.netty.handler.codec.http.HttpHeaderNames;
import org.apache.flink.shaded.netty4.io.netty.handler.codec.http.HttpHeaderValues;
import org.apache.flink.shaded.netty4.io.netty.handler.codec.http.HttpRequest;
import org.apache.flink.shaded.netty4.io.netty.handler.codec.http.HttpResponseStatus;
import org.apache.flink.shaded.netty4.io.netty.handler.codec.http.HttpVersion;
import org.apache.flink.shaded.netty4.io.netty.handler.codec.http.LastHttpContent;
import org.apache.flink.shaded.netty4.io.netty.util.ReferenceCountUtil;

/**
 * Answers 403 to a request that {@link AccessRules} refuse, as soon as its headers are read. What follows of it is thrown away
 * unread and the connection is closed, so that no other handler sees any of it.
 */
final class RestGuard extends ChannelInboundHandlerAdapter {

    /** For a client that goes on sending: closing at once would reset the connection before it has read the answer. */
    private static final long LINGER_SECONDS = 2;

    private final AccessRules rules;
    private boolean refused;

    RestGuard(AccessRules rules) {
        this.rules = rules;
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        if (!refused && message instanceof HttpRequest) {
            Optional<String> reason = rules.refusal((HttpRequest) message);
            if (reason.isPresent()) {
                refused = true;
                context.writeAndFlush(forbidden(reason.get()));
                context.executor().schedule(() -> context.close(), LINGER_SECONDS, TimeUnit.SECONDS);
            }
        }
        if (!refused) {
            context.fireChannelRead(message);
            return;
        }
        boolean last = message instanceof LastHttpContent;
        ReferenceCountUtil.release(message);
        if (last) {
            // Behind the answer, which is already in the queue.
            context.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(written -> context.close());
        }
    }

    private static FullHttpResponse forbidden(String reason) {
        byte[] body = ("{\"errors\":[\"" + reason + "\"]}").getBytes(StandardCharsets.UTF_8);
        FullHttpResponse response = new DefaultFullHttpResponse(
                HttpVersion.HTTP_1_1, HttpResponseStatus.FORBIDDEN, Unpooled.wrappedBuffer(body));
        response.headers()
                .set(HttpHeaderNames.CONTENT_TYPE, "application/json; charset=UTF-8")
                .set(HttpHeaderNames.CONTENT_LENGTH, body.length)
                .set(HttpHeaderNames.CONNECTION, HttpHeaderValues.CLOSE);
        return response;
    }
}
