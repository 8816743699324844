// The pages of the documentation: their order, their heads, what is found in them.
import { render, type Heading } from "../../text/markdown";

export interface DocPage {
  name: string; // in the address
  title: string;
  text: string; // without the title
  headings: Heading[];
}

// How the first page presents the others; they are read in this order.
export const SHELVES: { title: string; pages: { name: string; about: string }[] }[] = [
  {
    title: "Participants",
    pages: [
      {
        name: "participant",
        about: "From joining an event to a first score in five minutes, in the browser or the terminal.",
      },
      { name: "python", about: "Events, data, submissions and boards in a notebook or a script." },
      { name: "command-line", about: "What agora does in a terminal, command by command." },
    ],
  },
  {
    title: "Organisers",
    pages: [
      { name: "organiser", about: "Make an event, open it, follow it, and release its scores." },
      { name: "kits", about: "The folder that holds a problem: its files, its data, its limits." },
    ],
  },
  {
    title: "Administrators and developers",
    pages: [
      { name: "administrator", about: "Start a center, let people in, update it and back it up." },
      { name: "security", about: "Who might attack a center, what holds them, and how to try it yourself." },
      { name: "api", about: "Every route of this center: what it takes, gives, and asks of you." },
    ],
  },
];
export const ORDER = SHELVES.flatMap((shelf) => shelf.pages.map((page) => page.name));

// "# Title" leads; the rest is the page.
export function pageOf(name: string, markdown: string): DocPage {
  const found = /^#\s+(.+)\n?/.exec(markdown.trimStart());
  const text = found ? markdown.trimStart().slice(found[0].length).trim() : markdown.trim();
  return { name, title: found?.[1]?.trim() ?? name, text, headings: render(text, { anchors: "" }).headings };
}

export function inOrder(pages: DocPage[]): DocPage[] {
  const rank = (page: DocPage): number => {
    const place = ORDER.indexOf(page.name);
    return place < 0 ? ORDER.length : place;
  };
  return [...pages].sort((a, b) => rank(a) - rank(b) || a.title.localeCompare(b.title));
}

export interface Hit {
  href: string;
  title: string;
  page: string;
}

// Titles and headings that hold every word, titles first.
export function search(pages: readonly DocPage[], words: string): Hit[] {
  const wanted = words.toLowerCase().split(/\s+/).filter(Boolean);
  if (wanted.length === 0) return [];
  const fits = (text: string): boolean => wanted.every((word) => text.toLowerCase().includes(word));
  const titles = pages
    .filter((page) => fits(page.title))
    .map((page) => ({ href: `/docs/${page.name}`, title: page.title, page: page.title }));
  const headings = pages.flatMap((page) =>
    page.headings
      .filter((heading) => fits(`${heading.text} ${page.title}`) && fits(heading.text))
      .map((heading) => ({
        href: `/docs/${page.name}#${heading.id}`,
        title: heading.text,
        page: page.title,
      })),
  );
  return [...titles, ...headings];
}

const EXAMPLE = "https://agora.example.org";
const WHEEL = /https:\/\/agora\.example\.org(\/api\/v1\/client\/[\w.-]+\.whl)/g;

export const asksForClient = (text: string): boolean => text.search(WHEEL) >= 0;

// What the files say of an example, said of this center: its address, and the path of its client's package.
export const ofCenter = (text: string, center: string, client: string | undefined): string =>
  text
    .replace(WHEEL, (_all, path: string) => `${EXAMPLE}${client ?? path}`)
    .replaceAll(EXAMPLE, () => center);

// "organiser.md#times" of one page to another is a place here.
export function linkBetween(href: string): string | undefined {
  const found = /^(?:\.\/)?([a-z-]+)\.md(#.*)?$/.exec(href);
  return found ? `/docs/${found[1]}${found[2] ?? ""}` : undefined;
}
