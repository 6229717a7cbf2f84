import { type ReactNode, useEffect, useRef, useState } from "react";

/** A number that lives: it settles softly when it changes, not when it first appears. */
export function Ticker({ value, children }: { value: number; children: ReactNode }) {
  const last = useRef(value);
  const [beat, setBeat] = useState(0);
  useEffect(() => {
    if (last.current === value) return;
    last.current = value;
    setBeat((count) => count + 1);
  }, [value]);
  return (
    <span key={beat} className={beat > 0 ? "inline-block animate-settle" : "inline-block"}>
      {children}
    </span>
  );
}
