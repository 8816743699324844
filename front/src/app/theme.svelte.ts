// Light, dark, or as the system says. Kept in this browser.
export type Theme = "system" | "light" | "dark";
const KEY = "agora.theme";

class ThemeChoice {
  current = $state<Theme>((localStorage.getItem(KEY) as Theme | null) ?? "system");

  apply(): void {
    if (this.current === "system") delete document.documentElement.dataset.theme;
    else document.documentElement.dataset.theme = this.current;
  }
  choose(theme: Theme): void {
    this.current = theme;
    localStorage.setItem(KEY, theme);
    this.apply();
  }
}
export const theme = new ThemeChoice();
