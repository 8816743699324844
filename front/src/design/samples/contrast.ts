// Contrast as WCAG 2 reckons it (https://www.w3.org/TR/WCAG22/#dfn-contrast-ratio).
export type Rgb = [number, number, number]; // 0 to 255

// "rgb(26, 31, 36)", "rgb(26 31 36 / 0.4)" or "color(srgb 0.1 0.2 0.3)", as browsers tell a computed colour.
export function rgbOf(text: string): Rgb | undefined {
  const numbers = (text.match(/-?[\d.]+(?:e-?\d+)?/gi) ?? []).map(Number);
  if (numbers.length < 3) return undefined;
  const [r = 0, g = 0, b = 0] = numbers;
  if (text.startsWith("rgb")) return [r, g, b];
  return text.startsWith("color(srgb") ? [r * 255, g * 255, b * 255] : undefined;
}

function luminance(rgb: Rgb): number {
  const [r, g, b] = rgb.map((one) => {
    const share = one / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  }) as Rgb;
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

export function contrast(a: Rgb, b: Rgb): number {
  const [x, y] = [luminance(a), luminance(b)];
  return (Math.max(x, y) + 0.05) / (Math.min(x, y) + 0.05);
}

export const hex = (rgb: Rgb): string => `#${rgb.map((one) => Math.round(one).toString(16).padStart(2, "0")).join("")}`;
