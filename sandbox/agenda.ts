interface Entry {
  key: string;
  due: number;
}

/** What is due when. A heap with lazy deletion: an entry counts only while it is the key's latest. */
export class Agenda {
  private readonly heap: Entry[] = [];
  private readonly latest = new Map<string, number>();

  set(key: string, due: number | null): void {
    if (due === null) {
      this.latest.delete(key);
      return;
    }
    if (this.latest.get(key) === due) return;
    this.latest.set(key, due);
    this.push({ key, due });
  }

  clear(): void {
    this.heap.length = 0;
    this.latest.clear();
  }

  nextDue(): number | null {
    return this.top()?.due ?? null;
  }

  /** Takes the earliest entry due at or before the moment. */
  take(moment: number): Entry | null {
    const top = this.top();
    if (!top || top.due > moment) return null;
    this.pop();
    this.latest.delete(top.key);
    return top;
  }

  private top(): Entry | undefined {
    while (this.heap[0] && this.latest.get(this.heap[0].key) !== this.heap[0].due) this.pop();
    return this.heap[0];
  }

  private push(entry: Entry): void {
    let index = this.heap.push(entry) - 1;
    while (index > 0) {
      const parent = (index - 1) >> 1;
      if (this.at(parent).due <= entry.due) break;
      this.heap[index] = this.at(parent);
      index = parent;
    }
    this.heap[index] = entry;
  }

  private pop(): void {
    const last = this.heap.pop();
    if (!last || this.heap.length === 0) return;
    let index = 0;
    for (;;) {
      let child = 2 * index + 1;
      if (child >= this.heap.length) break;
      if (child + 1 < this.heap.length && this.at(child + 1).due < this.at(child).due) child += 1;
      if (this.at(child).due >= last.due) break;
      this.heap[index] = this.at(child);
      index = child;
    }
    this.heap[index] = last;
  }

  private at(index: number): Entry {
    const entry = this.heap[index];
    if (!entry) throw new RangeError(`agenda has no entry ${index}`);
    return entry;
  }
}
