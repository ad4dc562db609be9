package flinkplayground.support;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.slf4j.Logger;

/** The generator as the playground runs it: a process of its own, from its jar and kafka-clients. */
public final class GeneratorProcess implements AutoCloseable {

    /** The exit code of a JVM that SIGTERM ended, whatever its shutdown hooks did. */
    public static final int TERMINATED = 143;

    private static final long LINE_WITHIN_SECONDS = 30;

    private final Process process;
    private final Thread reader;
    private final BlockingQueue<String> lines = new LinkedBlockingQueue<>();
    private final List<String> seen = new ArrayList<>();

    private GeneratorProcess(Process process) {
        this.process = process;
        reader = new Thread(this::readLines, "generator-output");
        reader.setDaemon(true);
        reader.start();
    }

    public static GeneratorProcess start(List<String> jvmOptions, String... args) throws IOException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-Xmx128m"));
        command.addAll(jvmOptions);
        command.addAll(List.of("-cp", classPath(), "flinkplayground.generator.ClickEventGenerator"));
        command.addAll(List.of(args));
        return new GeneratorProcess(new ProcessBuilder(command).redirectErrorStream(true).start());
    }

    /** Waits until a line of the output contains the text. */
    public GeneratorProcess await(String text) throws InterruptedException {
        while (true) {
            String line = lines.poll(LINE_WITHIN_SECONDS, TimeUnit.SECONDS);
            if (line == null) {
                throw new AssertionError("no line with '" + text + "' came, but " + seen);
            }
            seen.add(line);
            if (line.contains(text)) {
                return this;
            }
        }
    }

    public long pid() {
        return process.pid();
    }

    public boolean isAlive() {
        return process.isAlive();
    }

    /** SIGKILL. */
    public void kill() throws InterruptedException {
        process.destroyForcibly().waitFor();
    }

    /** SIGTERM. Through the handle, because the process itself would close its output as well. */
    public void terminate() {
        process.toHandle().destroy();
    }

    /** Waits until the process ended, and fails with what it wrote where it ended otherwise. */
    public void assertEndsWith(int exitCode) throws InterruptedException {
        if (!process.waitFor(LINE_WITHIN_SECONDS, TimeUnit.SECONDS)) {
            throw new AssertionError("the generator still runs after " + seen);
        }
        reader.join();
        lines.drainTo(seen);
        assertEquals(exitCode, process.exitValue(), () -> String.join("\n", seen));
    }

    @Override
    public void close() throws InterruptedException {
        kill();
    }

    private void readLines() {
        try (var reader = new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
            for (String line = reader.readLine(); line != null; line = reader.readLine()) {
                lines.add(line);
            }
        } catch (IOException ended) {
            // The process was killed.
        }
    }

    private static String classPath() {
        return String.join(
                File.pathSeparator,
                Path.of(System.getProperty("jars"), "clickevent-generator-1.0.jar").toString(),
                jarOf(KafkaProducer.class),
                jarOf(Logger.class));
    }

    private static String jarOf(Class<?> type) {
        try {
            return Path.of(type.getProtectionDomain().getCodeSource().getLocation().toURI()).toString();
        } catch (URISyntaxException impossible) {
            throw new UncheckedIOException(new IOException(impossible));
        }
    }
}
