import type { ComponentProps } from "react";
import { classes } from "./classes";

export function Card({ className, ...rest }: ComponentProps<"div">) {
  return <div className={classes("rounded-card border bg-surface shadow-card", className)} {...rest} />;
}
