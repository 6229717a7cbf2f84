/** A drawn cover: colours and simple shapes in a box of 640 × 400, the same for the same event every time. */
export interface Drawing {
  background: [string, string];
  /** The angle of the background's gradient, in degrees. */
  angle: number;
  shapes: Shape[];
}

export type Shape =
  | { kind: "circle"; x: number; y: number; r: number; fill: string; opacity: number }
  | { kind: "ring"; x: number; y: number; r: number; width: number; stroke: string; opacity: number }
  | { kind: "path"; d: string; fill: string; opacity: number };

interface Palette {
  background: [string, string];
  /** From quiet to bright. */
  accents: [string, string, string];
}

const palettes: Palette[] = [
  { background: ["#3a0f2b", "#a3164a"], accents: ["#e8476f", "#ff9e6d", "#ffd36b"] },
  { background: ["#131a4a", "#4338a8"], accents: ["#6f66e8", "#f26bb5", "#ffc857"] },
  { background: ["#08343d", "#0f7a72"], accents: ["#2bb59c", "#9be27e", "#ffe28a"] },
  { background: ["#40160c", "#b9471b"], accents: ["#ef7b32", "#ffb347", "#ffe6a8"] },
  { background: ["#1d1130", "#6a2a8f"], accents: ["#a754d1", "#ff78a8", "#ffb86b"] },
  { background: ["#0b2545", "#1b6ca8"], accents: ["#3fa1d8", "#7fd6d3", "#ffd479"] },
  { background: ["#122b16", "#3c7a2d"], accents: ["#75b13c", "#c8d84a", "#ffe27a"] },
  { background: ["#2b0b18", "#7c1238"], accents: ["#c92a52", "#f06a4e", "#ffc24b"] },
];

type Random = () => number;
type Motif = (random: Random, accents: Palette["accents"]) => Shape[];

const width = 640;
const height = 400;

function round(value: number): number {
  return Math.round(value * 10) / 10;
}

const waves: Motif = (random, accents) => {
  const x = random() < 0.5 ? round(random() * 180) : round(width - random() * 180);
  const y = round(height - random() * 120);
  const gap = 26 + random() * 16;
  return Array.from({ length: 14 }, (_, ring) => ({
    kind: "ring" as const,
    x,
    y,
    r: round(30 + ring * gap),
    width: round(3 + random() * 9),
    stroke: accents[ring % 3] ?? accents[0],
    opacity: round(0.85 - ring * 0.045),
  }));
};

const beams: Motif = (random, accents) => {
  const lamps = 4 + Math.floor(random() * 3);
  const shapes: Shape[] = [];
  for (let lamp = 0; lamp < lamps; lamp++) {
    const top = ((lamp + 0.5) * width) / lamps;
    const foot = top + (random() - 0.5) * 420;
    const spread = 60 + random() * 90;
    const fill = accents[lamp % 3] ?? accents[0];
    shapes.push({
      kind: "path",
      d: `M${round(top)} 14L${round(foot - spread)} ${height}H${round(foot + spread)}Z`,
      fill,
      opacity: round(0.2 + random() * 0.22),
    });
    shapes.push({ kind: "circle", x: round(top), y: 14, r: 9, fill: accents[2], opacity: 0.95 });
  }
  return shapes;
};

const lights: Motif = (random, accents) => {
  const shapes: Shape[] = [];
  const step = 40;
  const focus = { x: random() * width, y: random() * height };
  for (let x = step / 2; x < width; x += step) {
    for (let y = step / 2; y < height; y += step) {
      const near = Math.max(0, 1 - Math.hypot(x - focus.x, y - focus.y) / 420);
      const lit = random() < near * 0.85;
      shapes.push({
        kind: "circle",
        x,
        y,
        r: round(lit ? 5 + near * 10 : 3),
        fill: lit ? (accents[Math.floor(random() * 3)] ?? accents[0]) : accents[0],
        opacity: lit ? round(0.55 + near * 0.45) : 0.28,
      });
    }
  }
  return shapes;
};

const bars: Motif = (random, accents) => {
  const count = 20;
  const step = width / count;
  const middle = height * (0.55 + random() * 0.15);
  const phase = random() * 7;
  return Array.from({ length: count }, (_, bar) => {
    const swing = Math.abs(Math.sin(bar * 0.55 + phase)) * 0.7 + random() * 0.3;
    const half = round(18 + swing * 150);
    const x = round(bar * step + step * 0.22);
    const w = round(step * 0.56);
    return {
      kind: "path" as const,
      d: `M${x} ${round(middle - half)}h${w}v${round(half * 2)}h-${w}Z`,
      fill: accents[swing > 0.75 ? 2 : swing > 0.45 ? 1 : 0],
      opacity: round(0.5 + swing * 0.45),
    };
  });
};

const stripes: Motif = (random, accents) => {
  const lean = 140 + random() * 160;
  const shapes: Shape[] = [];
  let x = -lean + random() * 60;
  for (let stripe = 0; x < width; stripe++) {
    const w = 16 + random() * 74;
    shapes.push({
      kind: "path",
      d: `M${round(x)} ${height}L${round(x + lean)} 0h${round(w)}L${round(x + w)} ${height}Z`,
      fill: accents[stripe % 3] ?? accents[0],
      opacity: round(0.2 + random() * 0.55),
    });
    x += w + 12 + random() * 58;
  }
  return shapes;
};

const petals: Motif = (random, accents) => {
  const x = width * (0.3 + random() * 0.4);
  const y = height * (0.4 + random() * 0.2);
  const count = 7 + Math.floor(random() * 5);
  const reach = 90 + random() * 50;
  const turn = random() * Math.PI;
  const shapes: Shape[] = Array.from({ length: count }, (_, petal) => {
    const angle = turn + (petal / count) * Math.PI * 2;
    return {
      kind: "circle" as const,
      x: round(x + Math.cos(angle) * reach),
      y: round(y + Math.sin(angle) * reach),
      r: round(reach * 0.9),
      fill: accents[petal % 3] ?? accents[0],
      opacity: 0.3,
    };
  });
  shapes.push({
    kind: "circle",
    x: round(x),
    y: round(y),
    r: round(reach * 0.34),
    fill: accents[2],
    opacity: 0.95,
  });
  return shapes;
};

const hills: Motif = (random, accents) => {
  const shapes: Shape[] = [
    {
      kind: "circle",
      x: round(120 + random() * 400),
      y: round(90 + random() * 60),
      r: round(44 + random() * 26),
      fill: accents[2],
      opacity: 0.95,
    },
  ];
  for (let layer = 0; layer < 4; layer++) {
    const base = 190 + layer * 52;
    const phase = random() * 7;
    const swing = 26 + random() * 24;
    let d = `M0 ${height}V${round(base)}`;
    for (let x = 0; x <= width; x += 40) d += `L${x} ${round(base + Math.sin(x / 95 + phase) * swing)}`;
    shapes.push({
      kind: "path",
      d: `${d}V${height}Z`,
      fill: accents[layer % 2] ?? accents[0],
      opacity: round(0.3 + layer * 0.17),
    });
  }
  return shapes;
};

const motifs: Motif[] = [waves, beams, lights, bars, stripes, petals, hills];

/** Words in the name of a category that suggest a motif. */
const hints: [RegExp, Motif][] = [
  [/music|concert|jazz|classic/, waves],
  [/club|electro|dance|party/, bars],
  [/theat|stage|comedy|opera|musical/, beams],
  [/tech|science|business|conference|workshop|talk/, lights],
  [/sport|run|race|fitness/, stripes],
  [/food|drink|art|exhibit|craft|museum/, petals],
  [/family|outdoor|nature|festival|tour/, hills],
];

/** FNV-1a: a small hash that spreads ids which differ in a few characters. */
function hash(text: string): number {
  let value = 0x811c9dc5;
  for (let at = 0; at < text.length; at++) value = Math.imul(value ^ text.charCodeAt(at), 0x01000193);
  return value >>> 0;
}

/** Mulberry32: a sequence of numbers in [0, 1) from a seed. */
function sequence(seed: number): Random {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}

/** Draws the cover of an event: its category decides the motif, its id everything else. */
export function drawCover(id: string, category: string): Drawing {
  const random = sequence(hash(`${category}/${id}`));
  const palette = palettes[Math.floor(random() * palettes.length)] ?? palettes[0];
  if (!palette) throw new Error("There are no palettes.");
  const hinted = hints.find(([words]) => words.test(category))?.[1];
  const motif = hinted ?? motifs[hash(category) % motifs.length] ?? waves;
  return {
    background: palette.background,
    angle: Math.floor(random() * 90),
    shapes: motif(random, palette.accents),
  };
}
