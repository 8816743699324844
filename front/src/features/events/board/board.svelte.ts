// The rows of an event's board, read whole and kept up to date by the event's stream.
import { api, ask, everything } from "../../../api/client";
import { asProblem, type Problem } from "../../../api/problem";
import { withNews, type BoardNews, type Column, type Of, type Row } from "./rows";

const FEW = 400; // so many that all of them come as fast as the best alone
const MOST = 20_000;
const GATHER_MS = 120;
const FRESH_MS = 4500;

export class Board {
  rows = $state.raw<ReadonlyMap<string, Row>>(new Map());
  columns = $state.raw<readonly Column[]>([]);
  isThere = $state(false);
  hasAll = $state(false); // else the best of each team alone
  problem = $state.raw<Problem>();
  fresh = $state.raw<ReadonlySet<string>>(new Set()); // ids that came live a moment ago
  moves = $state(0); // counts the news that were taken

  #turn = 0;
  #meanwhile: BoardNews[] | undefined; // came while the pages were read
  #gathered: BoardNews[] = [];
  #timer: ReturnType<typeof setTimeout> | undefined;
  #told: ((news: Row) => void) | undefined;

  constructor(
    private readonly event: string,
    told?: (news: Row) => void,
  ) {
    this.#told = told;
  }

  async read(expected: number): Promise<void> {
    const turn = ++this.#turn;
    this.#meanwhile = [];
    try {
      if (expected > FEW && !this.hasAll) {
        const best = await this.#pages("best");
        if (turn !== this.#turn) return;
        this.#put(best, false);
      }
      const all = await this.#pages("all");
      if (turn !== this.#turn) return;
      this.#put(all, true);
      this.problem = undefined;
    } catch (thrown) {
      if (turn === this.#turn) this.problem = asProblem(thrown);
    }
    if (turn === this.#turn) this.#meanwhile = undefined;
  }

  take(news: BoardNews): void {
    this.#meanwhile?.push(news);
    this.#gathered.push(news);
    this.#timer ??= setTimeout(() => this.#apply(), GATHER_MS);
  }

  close(): void {
    clearTimeout(this.#timer);
    this.#turn++;
  }

  #pages(of: Of): Promise<Row[]> {
    return everything(async (after) => {
      const page = await ask(
        api.GET("/api/v1/events/{event}/board", {
          params: { path: { event: this.event }, query: { of, limit: 200, after } },
        }),
      );
      this.columns = page.columns;
      return page;
    }, MOST);
  }

  #put(rows: Row[], isAll: boolean): void {
    let next: ReadonlyMap<string, Row> = new Map(rows.map((row) => [row.submission_id, row]));
    for (const news of this.#meanwhile ?? []) next = withNews(next, news);
    this.rows = next;
    this.hasAll = isAll;
    this.isThere = true;
  }

  #apply(): void {
    this.#timer = undefined;
    const gathered = this.#gathered;
    this.#gathered = [];
    let next = this.rows;
    for (const news of gathered) next = withNews(next, news);
    this.moves++;
    this.rows = next;
    const ids = gathered.flatMap((news) => news.item?.submission_id ?? []);
    this.fresh = new Set([...this.fresh, ...ids]);
    setTimeout(() => (this.fresh = new Set([...this.fresh].filter((id) => !ids.includes(id)))), FRESH_MS);
    for (const news of gathered) if (news.item) this.#told?.(news.item);
  }
}
