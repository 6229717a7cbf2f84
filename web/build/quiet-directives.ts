import { stripVTControlCharacters } from "node:util";
import type { Plugin } from "vite";

/** React Compiler's opt-outs: they matter to that compiler, which ran before publication, and to nothing after it. */
const known = /^The semantics of the module level directive "use no memo" in "node_modules\//;

/** Leaves out the bundler's notes on `"use no memo"` in packages; every other message stays. */
export function quietDirectives(): Plugin {
  return {
    name: "marquee:quiet-directives",
    apply: "build",
    onLog(level, { code, message }) {
      const plain = stripVTControlCharacters(message).replace(/^\[MODULE_LEVEL_DIRECTIVE\]\s*/, "");
      if (level === "warn" && code === "MODULE_LEVEL_DIRECTIVE" && known.test(plain)) return false;
    },
  };
}
