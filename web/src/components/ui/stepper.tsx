import { Minus, Plus } from "lucide-react";
import { IconButton } from "./button";

/** Chooses a small number: one button less, one more, the number between them. */
export function Stepper({
  value,
  min = 0,
  max,
  less,
  more,
  label,
  onChange,
}: {
  value: number;
  min?: number;
  max: number;
  /** What the buttons do, in words. */
  less: string;
  more: string;
  label: string;
  onChange: (value: number) => void;
}) {
  return (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset would draw a frame and is announced at length
    <div
      role="group"
      aria-label={label}
      className="flex items-center rounded-control border border-line-strong"
    >
      <IconButton label={less} disabled={value <= min} onClick={() => onChange(value - 1)}>
        <Minus aria-hidden className="size-4" />
      </IconButton>
      <output aria-live="polite" className="w-7 text-center font-semibold tabular-nums">
        {value}
      </output>
      <IconButton label={more} disabled={value >= max} onClick={() => onChange(value + 1)}>
        <Plus aria-hidden className="size-4" />
      </IconButton>
    </div>
  );
}
