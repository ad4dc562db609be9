import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { execa } from 'execa';

/** A program to be packed into a jar: one class, compiled against others that are left out of it. */
export interface Program {
  /** The name of the class with the main method, without a package. */
  readonly name: string;
  /** The body of its main method. */
  readonly main: string;
  /** Classes that it is compiled against and that are not packed, by their full names. */
  readonly missing?: Readonly<Record<string, string>>;
  /** Whether the manifest names the class; true unless given. */
  readonly named?: boolean;
}

/** Compiles programs, which import nothing of Flink that is there, and packs each into a jar of its name. Gives the jars' paths. */
export async function buildJars(folder: string, programs: readonly Program[]): Promise<readonly string[]> {
  const sources: [string, string][] = programs.flatMap(({ name, main, missing = {} }) => [
    [name, `public class ${name} { public static void main(String[] args) throws Exception { ${main} } }`],
    ...Object.entries(missing).map(([type, body]): [string, string] => {
      const at = type.lastIndexOf('.');
      return [type, `package ${type.slice(0, at)}; public class ${type.slice(at + 1)} { ${body} }`];
    }),
  ]);
  const files = sources.map(([type]) => join(folder, 'src', `${type.replaceAll('.', '/')}.java`));
  for (const [index, file] of files.entries()) {
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, sources[index]?.[1] ?? '');
  }
  const classes = join(folder, 'classes');
  await execa('javac', ['--release', '11', '-d', classes, ...files]);
  return Promise.all(
    programs.map(async ({ name, named = true }) => {
      const jar = join(folder, `${name}.jar`);
      const entry = named ? ['--main-class', name] : [];
      await execa('jar', ['--create', '--file', jar, ...entry, '-C', classes, `${name}.class`]);
      return jar;
    }),
  );
}
