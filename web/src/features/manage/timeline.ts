/** One bar or point of the chart of sales. */
export interface Bucket {
  start: string;
  tickets: number;
  /** In minor units. */
  revenue: number;
}

interface Point {
  start: string;
  tickets: number;
  revenue: { amount: number };
}

const lengths = { HOUR: 3_600_000, DAY: 86_400_000 };

/**
 * The points of a timeline with the empty buckets between them, oldest first, up to the one that holds `now`
 * (milliseconds); at least `least`, so that a first sale has a line to rise from, at most `last`. Buckets begin at whole hours or days of UTC, as the server cuts them.
 */
export function fillTimeline(
  points: readonly Point[],
  bucket: "HOUR" | "DAY",
  now: number,
  least: number,
  last: number,
): Bucket[] {
  const length = lengths[bucket];
  const known = new Map(points.map((point) => [Math.floor(Date.parse(point.start) / length), point]));
  const first = points[0];
  if (!first) return [];
  const newest = Math.max(Math.floor(now / length), ...known.keys());
  const begun = Math.min(Math.floor(Date.parse(first.start) / length), newest - least + 1);
  const oldest = Math.max(begun, newest - last + 1);
  const buckets: Bucket[] = [];
  for (let at = oldest; at <= newest; at++) {
    const point = known.get(at);
    buckets.push({
      start: new Date(at * length).toISOString(),
      tickets: point?.tickets ?? 0,
      revenue: point?.revenue.amount ?? 0,
    });
  }
  return buckets;
}
