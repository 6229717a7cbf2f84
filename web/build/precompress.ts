import { readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { brotliCompress, constants, gzip } from "node:zlib";
import type { Plugin } from "vite";

const brotli = promisify(brotliCompress);
const zip = promisify(gzip);
const compressible = /\.(js|css|html|svg|json|ttf|txt|webmanifest)$/;

/** Below this size the response header costs as much as compression saves. */
const smallest = 1024;

/** Brotli's slowest level pays for small files only; the editor's megabytes get a quicker one. */
function brotliQuality(size: number): number {
  return size > 400_000 ? 7 : 11;
}

function megabytes(bytes: number): string {
  return `${(bytes / 1e6).toFixed(1)} MB`;
}

/** Writes `file.br` and `file.gz` next to every compressible file of the build, for the Go server to pick from, and says how much there is. */
export function precompress(): Plugin {
  let outDir = "dist";
  return {
    name: "marquee:precompress",
    apply: "build",
    configResolved(config) {
      outDir = config.build.outDir;
    },
    async closeBundle() {
      let files = 0;
      let size = 0;
      let sent = 0;
      const entries = await readdir(outDir, { recursive: true, withFileTypes: true });
      for (const entry of entries) {
        if (!entry.isFile()) continue;
        const path = join(entry.parentPath, entry.name);
        const content = await readFile(path);
        files += 1;
        size += content.length;
        if (!compressible.test(entry.name) || content.length < smallest) {
          sent += content.length;
          continue;
        }
        const params = { [constants.BROTLI_PARAM_QUALITY]: brotliQuality(content.length) };
        const [br, gz] = await Promise.all([brotli(content, { params }), zip(content, { level: 9 })]);
        sent += br.length;
        await Promise.all([writeFile(`${path}.br`, br), writeFile(`${path}.gz`, gz)]);
      }
      // The folder is embedded by Go, whose build needs a file in it also before the first build.
      await writeFile(join(outDir, ".gitkeep"), "");
      console.log(`${outDir}: ${files} files, ${megabytes(size)}, sent as ${megabytes(sent)}`);
    },
  };
}
