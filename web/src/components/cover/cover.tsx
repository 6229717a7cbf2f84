import { memo, useId, useMemo, useState } from "react";
import { classes } from "@/components/ui/classes";
import { drawCover, type Shape } from "./draw";

function draw(shape: Shape, key: number) {
  switch (shape.kind) {
    case "circle":
      return (
        <circle key={key} cx={shape.x} cy={shape.y} r={shape.r} fill={shape.fill} opacity={shape.opacity} />
      );
    case "ring":
      return (
        <circle
          key={key}
          cx={shape.x}
          cy={shape.y}
          r={shape.r}
          fill="none"
          stroke={shape.stroke}
          strokeWidth={shape.width}
          opacity={shape.opacity}
        />
      );
    case "path":
      return <path key={key} d={shape.d} fill={shape.fill} opacity={shape.opacity} />;
  }
}

function Drawn({ id, category }: { id: string; category: string }) {
  const gradient = useId();
  const { background, angle, shapes } = useMemo(() => drawCover(id, category), [id, category]);
  return (
    <svg viewBox="0 0 640 400" preserveAspectRatio="xMidYMid slice" className="size-full" aria-hidden="true">
      <defs>
        <linearGradient id={gradient} gradientTransform={`rotate(${angle})`}>
          <stop offset="0" stopColor={background[0]} />
          <stop offset="1" stopColor={background[1]} />
        </linearGradient>
      </defs>
      <rect width="640" height="400" fill={`url(#${gradient})`} />
      {shapes.map(draw)}
    </svg>
  );
}

/** The cover of an event: its picture, or a drawing of our own if it has none or the picture does not load. */
export const Cover = memo(function Cover({
  id,
  category,
  url,
  eager = false,
  className,
}: {
  id: string;
  category: string;
  url?: string | null;
  eager?: boolean;
  className?: string;
}) {
  const [broken, setBroken] = useState<string>();
  return (
    <div className={classes("overflow-hidden bg-stage", className)}>
      {url && broken !== url ? (
        <img
          src={url}
          alt=""
          loading={eager ? "eager" : "lazy"}
          decoding="async"
          className="size-full object-cover"
          onError={() => setBroken(url)}
        />
      ) : (
        <Drawn id={id} category={category} />
      )}
    </div>
  );
});
