/** How far a zone is ahead of UTC at an instant, in milliseconds. */
function offsetAt(instant: number, zone: string): number {
  const parts = new Intl.DateTimeFormat("en-US", {
    timeZone: zone,
    hourCycle: "h23",
    year: "numeric",
    month: "numeric",
    day: "numeric",
    hour: "numeric",
    minute: "numeric",
    second: "numeric",
  }).formatToParts(new Date(instant));
  const of = (type: string) => Number(parts.find((part) => part.type === type)?.value);
  const wall = Date.UTC(of("year"), of("month") - 1, of("day"), of("hour"), of("minute"), of("second"));
  return wall - Math.floor(instant / 1000) * 1000;
}

/** Whether the browser knows the IANA zone. */
export function isZone(zone: string): boolean {
  try {
    new Intl.DateTimeFormat("en", { timeZone: zone });
    return zone !== "";
  } catch {
    return false;
  }
}

/**
 * The instant at which clocks in the zone show the wall time (`2027-03-12T19:30`, as a date input writes it), in
 * RFC 3339, UTC. A wall time that a clock change skips means the instant after the gap; one that happens twice
 * means the first. Null for text that is no wall time or a zone that is none.
 */
export function wallToInstant(wall: string, zone: string): string | null {
  const match = /^(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d)(?::(\d\d))?$/.exec(wall);
  if (!match || !isZone(zone)) return null;
  const [, year, month, day, hour, minute, second] = match.map(Number);
  const asUtc = Date.UTC(year ?? 0, (month ?? 1) - 1, day, hour, minute, Number.isNaN(second) ? 0 : second);
  if (Number.isNaN(asUtc)) return null;
  // The two offsets around a clock change: the earlier instant that reads right wins, a gap takes the one before it.
  const before = offsetAt(asUtc - 86_400_000, zone);
  const after = offsetAt(asUtc + 86_400_000, zone);
  for (const offset of [Math.max(before, after), Math.min(before, after)]) {
    const instant = asUtc - offset;
    if (offsetAt(instant, zone) === offset) return new Date(instant).toISOString();
  }
  return new Date(asUtc - before).toISOString();
}

/** What clocks in the zone show at an instant, as a date input wants it: `2027-03-12T19:30`. */
export function instantToWall(instant: string, zone: string): string {
  const at = Date.parse(instant);
  if (Number.isNaN(at)) return "";
  const known = isZone(zone) ? zone : "UTC";
  return new Date(at + offsetAt(at, known)).toISOString().slice(0, 16);
}
