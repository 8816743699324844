// Files that the page makes for the reader.
export function save(content: BlobPart, type: string, name: string): void {
  const url = URL.createObjectURL(new Blob([content], { type }));
  const link = document.createElement("a");
  link.href = url;
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
}

const NAMESPACE = "http://www.w3.org/2000/svg";
const KEPT = ["fill", "stroke", "stroke-width", "stroke-linejoin", "stroke-dasharray", "font-family", "font-size", "font-weight"] as const;

// A figure as it is seen: the page's style sheets do not come along, so their values are written into it.
export function svgText(svg: SVGSVGElement): string {
  return new XMLSerializer().serializeToString(styled(svg));
}

export const saveSvg = (svg: SVGSVGElement, name: string): void => save(svgText(svg), "image/svg+xml", name);

export interface Caption {
  title: string;
  lead: string; // what is drawn, in which direction it is better
}
const CAPTION = 52; // px above the figure
const MARGIN = 16;
const SCALE = 2;

// For slides and papers, where no page stands around it: with its caption, in light colours whatever the reader's.
export function captioned(svg: SVGSVGElement, caption: Caption): SVGSVGElement {
  const root = document.documentElement;
  const theme = root.dataset.theme;
  root.dataset.theme = "light"; // for the time of reading: nothing is painted before it is put back
  const copy = styled(svg);
  const ink = { title: valueOf(svg, "--text"), lead: valueOf(svg, "--muted") };
  if (theme === undefined) delete root.dataset.theme;
  else root.dataset.theme = theme;

  const [width, height] = [Number(svg.getAttribute("width")), Number(svg.getAttribute("height"))];
  const [wide, high] = [width + 2 * MARGIN, height + CAPTION + 2 * MARGIN];
  copy.setAttribute("width", String(wide));
  copy.setAttribute("height", String(high));
  copy.setAttribute("viewBox", `${-MARGIN} ${-CAPTION - MARGIN} ${wide} ${high}`);
  const ground = copy.firstElementChild;
  ground?.setAttribute("x", String(-MARGIN));
  ground?.setAttribute("y", String(-CAPTION - MARGIN));
  copy.append(
    words(caption.title, -CAPTION + 18, { "font-size": "18px", "font-weight": "650", fill: ink.title }),
    words(caption.lead, -CAPTION + 36, { "font-size": "12px", fill: ink.lead }),
  );
  return copy;
}

export async function savePng(svg: SVGSVGElement, caption: Caption, name: string): Promise<void> {
  const copy = captioned(svg, caption);
  const url = URL.createObjectURL(
    new Blob([new XMLSerializer().serializeToString(copy)], { type: "image/svg+xml" }),
  );
  try {
    const image = new Image();
    image.src = url;
    await image.decode();
    const canvas = document.createElement("canvas");
    canvas.width = Number(copy.getAttribute("width")) * SCALE;
    canvas.height = Number(copy.getAttribute("height")) * SCALE;
    canvas.getContext("2d")?.drawImage(image, 0, 0, canvas.width, canvas.height);
    const blob = await new Promise<Blob | null>((done) => canvas.toBlob(done, "image/png"));
    if (!blob) throw new Error("The browser could not draw the figure as PNG. Save it as SVG instead.");
    save(blob, "image/png", name);
  } finally {
    URL.revokeObjectURL(url);
  }
}

function styled(svg: SVGSVGElement): SVGSVGElement {
  const copy = svg.cloneNode(true) as SVGSVGElement;
  const from = [svg, ...svg.querySelectorAll("*")];
  const into = [copy, ...copy.querySelectorAll("*")];
  from.forEach((element, i) => {
    const style = getComputedStyle(element);
    for (const name of KEPT) {
      const value = style.getPropertyValue(name);
      if (value) into[i]?.setAttribute(name, value);
    }
    into[i]?.removeAttribute("class");
    into[i]?.removeAttribute("style");
  });
  copy.setAttribute("xmlns", NAMESPACE);
  const ground = document.createElementNS(NAMESPACE, "rect");
  ground.setAttribute("width", "100%");
  ground.setAttribute("height", "100%");
  ground.setAttribute("fill", valueOf(svg, "--surface"));
  copy.insertBefore(ground, copy.firstChild);
  return copy;
}

// What a colour of the tokens is where the figure stands.
function valueOf(svg: SVGSVGElement, token: string): string {
  const probe = document.createElementNS(NAMESPACE, "g");
  probe.style.fill = `var(${token})`;
  svg.append(probe);
  const value = getComputedStyle(probe).fill;
  probe.remove();
  return value;
}

function words(text: string, y: number, attributes: Record<string, string>): SVGTextElement {
  const element = document.createElementNS(NAMESPACE, "text");
  element.textContent = text;
  for (const [name, value] of Object.entries({ x: "0", y: String(y), stroke: "none", ...attributes }))
    element.setAttribute(name, value);
  return element;
}
