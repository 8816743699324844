// My team's place on an event's board. The API names no place by itself: the board is read, a page at a time, until my
// row is met.
import { api, ask, type Schemas } from "../../api/client";

type Row = Pick<Schemas["BoardRow"], "rank" | "is_mine">;
export interface OwnPlace {
  rank: number;
  of: number; // rows that were read
  isMore: boolean; // the board goes on behind them
}
type ReadPage = (after: string | undefined) => Promise<{ items: readonly Row[]; next: string | null }>;

// null: no row of mine is ranked.
export async function placeIn(readPage: ReadPage): Promise<OwnPlace | null> {
  let read = 0;
  let after: string | undefined;
  do {
    const page = await readPage(after);
    read += page.items.length;
    after = page.next ?? undefined;
    const mine = page.items.find((row) => row.is_mine);
    if (mine) return mine.rank === null ? null : { rank: mine.rank, of: read, isMore: after !== undefined };
  } while (after);
  return null;
}

export function ownPlace(event: string): Promise<OwnPlace | null> {
  return placeIn((after) =>
    ask(
      api.GET("/api/v1/events/{event}/board", { params: { path: { event }, query: { limit: 200, after } } }),
    ),
  );
}
