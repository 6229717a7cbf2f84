import { Moon, Sun } from "lucide-react";
import { useState } from "react";
import { IconButton } from "@/components/ui/button";
import { useI18n } from "@/lib/i18n/i18n";

type Theme = "light" | "dark";

/** Between light and dark. The page's head has chosen one already: the stored one, else the system's. */
export function ThemeButton() {
  const { say } = useI18n();
  const [theme, setTheme] = useState<Theme>(
    document.documentElement.dataset.theme === "dark" ? "dark" : "light",
  );
  const other: Theme = theme === "dark" ? "light" : "dark";
  const turn = () => {
    document.documentElement.dataset.theme = other;
    setTheme(other);
    window.dispatchEvent(new Event("marquee:theme"));
    try {
      localStorage.setItem("marquee.theme", other);
    } catch {
      // Without storage the choice lasts as long as the page.
    }
  };
  return (
    <IconButton label={say(other === "dark" ? "shell.dark" : "shell.light")} onClick={turn}>
      {theme === "dark" ? <Sun aria-hidden className="size-5" /> : <Moon aria-hidden className="size-5" />}
    </IconButton>
  );
}
