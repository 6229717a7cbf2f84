const first = 300;
const longest = 8_000;

/**
 * How long to wait before the `retries`-th try to reconnect, in milliseconds: doubling up to 8 s, with full jitter
 * above a floor, so that a room full of phones does not come back in one instant after a restart.
 */
export function reconnectDelay(retries: number, random: () => number = Math.random): number {
  const ceiling = Math.min(longest, first * 2 ** Math.min(retries, 10));
  return Math.round(first / 2 + random() * (ceiling - first / 2));
}
