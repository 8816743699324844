// The pages of the documentation: their order, their heads, what is found in them.
import { render, type Heading } from "../../text/markdown";

export interface DocPage {
  name: string; // in the address
  title: string;
  text: string; // without the title
  headings: Heading[];
}

export const ORDER = ["participant", "organiser", "administrator", "kits", "python", "command-line"];

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

// "organiser.md#times" of one page to another is a place here.
export function linkBetween(href: string): string | undefined {
  const found = /^(?:\.\/)?([a-z-]+)\.md(#.*)?$/.exec(href);
  return found ? `/docs/${found[1]}${found[2] ?? ""}` : undefined;
}
