/**
 * The server's clock as seen from here. Holds end by the server's time, and a phone whose clock is wrong by a
 * minute must not show a countdown that lies. The offset comes from the Date header of answers, which counts in
 * seconds; of several samples the one with the shortest round trip is kept.
 */
let offset = 0;
let bestRoundTrip = Number.POSITIVE_INFINITY;

/** Learns from one answer: when it was asked for, when it came (both in local milliseconds), and its Date header. */
export function observeServerDate(header: string | null, askedAt: number, answeredAt: number): void {
  if (header === null) return;
  const stamped = Date.parse(header);
  if (Number.isNaN(stamped)) return;
  const roundTrip = answeredAt - askedAt;
  if (roundTrip < 0 || roundTrip > bestRoundTrip) return;
  bestRoundTrip = roundTrip;
  // The header cuts the fraction of the second off: half a second is its expected value.
  const measured = stamped + 500 - (askedAt + roundTrip / 2);
  // Within the header's own precision the local clock is as good.
  offset = Math.abs(measured) < 1500 ? 0 : measured;
}

/** The server's time in milliseconds since the epoch. */
export function serverNow(): number {
  return Date.now() + offset;
}

/** For tests. */
export function resetClock(): void {
  offset = 0;
  bestRoundTrip = Number.POSITIVE_INFINITY;
}
