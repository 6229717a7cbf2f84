/**
 * Where to go after logging in: the `next` of the address if it is a path of this app, else the home page. Anything
 * that a browser could read as another site is refused.
 */
export function nextPath(search: URLSearchParams): string {
  const next = search.get("next");
  if (!next?.startsWith("/") || next.startsWith("//") || next.includes("\\")) return "/";
  return next;
}
