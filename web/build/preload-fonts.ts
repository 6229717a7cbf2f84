import type { Plugin } from "vite";

/**
 * Names the app's own fonts in the page's head, so that they are on their way before the style sheet is read: they
 * are optional, and a late one is not shown until the next visit.
 */
export function preloadFonts(names: RegExp): Plugin {
  return {
    name: "marquee:preload-fonts",
    apply: "build",
    transformIndexHtml: {
      order: "post",
      handler(_html, { bundle }) {
        return Object.keys(bundle ?? {})
          .filter((file) => names.test(file))
          .sort()
          .map((file) => ({
            tag: "link",
            attrs: { rel: "preload", as: "font", type: "font/woff2", href: `/${file}`, crossorigin: true },
            injectTo: "head-prepend" as const,
          }));
      },
    },
  };
}
