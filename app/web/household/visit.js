// A visit to one household: what is entered, kept step by step on the device, and sent when it is saved.

import { tell } from "../dom.js";
import * as households from "../households.js";
import { digest, messageOf, sync } from "../sync.js";
import { screened } from "./screened.js";

const KEEP_AFTER = 400;

export class Visit {
  /** Begin with *household* as it is kept; *draw* is called whenever something else is to show. */
  constructor(household, pack, draw) {
    // *said* is what was last said of a number that is read and not kept, with what was typed where that is wrong; *base* is
    // what was entered when it was last kept or read; *other* is what another window kept that cannot stand together with this one's.
    Object.assign(this, { household, pack, draw, said: {}, base: entered(household), other: null, gone: false, timer: null, keeping: Promise.resolve() });
  }

  // ── changes ──

  /** Take over a change of what was entered. */
  change(mutate) {
    const household = JSON.parse(JSON.stringify(this.household));
    mutate(household);
    if (household.state !== "draft") Object.assign(household, { state: "draft", problem: null });
    this.household = household;
    this.draw();
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.keep(), KEEP_AFTER);
  }

  /** Set the fact *key* of the member at *place*, of the household where it is null; undefined leaves it unknown. */
  set(key, place, value) {
    this.change(({ wire }) => {
      const holder = place === null ? wire : wire.members[place];
      if (value === undefined) delete holder[key];
      else holder[key] = value;
    });
  }

  /** Answer a question of the screening; undefined is "不清楚". */
  answer({ fact, member }, value) {
    const { entity, key } = this.pack.facts.get(fact);
    const place = entity === "household" ? null : this.household.wire.members.findIndex(({ reference }) => reference === member);
    if (value === undefined) this.change(({ unsure }) => unsure.push(questionId({ fact, member })));
    else this.set(key, place, value);
  }

  // ── kept on the device ──

  /**
   * Keep what was entered, and with *message* put it into the outbox, the household standing as *standing* says;
   * one after the other, as each builds on the version before.
   */
  keep(message = null, standing = {}) {
    this.settle();
    this.keeping = this.keeping.then(async () => {
      while (!this.other && !this.gone) {
        const before = this.household;
        const kept = await households.keep({ ...before, ...standing }, message);
        if (kept) {
          this.base = entered(kept);
          Object.assign(this.household, { version: kept.version }, entered(this.household) === this.base ? standing : {});
          return kept;
        }
        const here = entered(before);
        await this.changedElsewhere();
        if (entered(this.household) !== here || (here === this.base && !message)) return null;
      }
      return null;
    });
    return this.keeping;
  }

  settle() {
    clearTimeout(this.timer);
    this.timer = null;
  }

  leave() {
    if (this.timer) this.keep();
  }

  /** Take over what another window or the sending has kept; hold it against what was entered here since. */
  async changedElsewhere() {
    if (this.gone) return;
    const there = await households.load(this.household.id);
    if (!there) {
      this.settle();
      this.gone = true;
      tell("这一户已在另一个窗口里删除。");
      location.hash = "#/";
      return;
    }
    if (there.version <= this.household.version) return;
    const [here, theirs] = [entered(this.household), entered(there)];
    if (here !== this.base && here !== theirs && theirs !== this.base) {
      this.other = there;
    } else if (here !== this.base && theirs === this.base) {
      // The sending noted how it ended: what was entered since stands.
      Object.assign(this.household, { version: there.version, saved: there.saved });
    } else {
      this.take(there);
      if (here !== theirs) tell("这一户在另一个窗口里有改动，已更新。");
    }
    this.draw();
  }

  take(household) {
    this.household = household;
    this.base = entered(household);
  }

  /** Settle a conflict with another window: keep this one's entries, or take the other's. */
  settleConflict(mine) {
    const there = this.other;
    this.other = null;
    if (mine) {
      this.household.version = there.version;
      this.keep();
    } else {
      this.settle();
      this.take(there);
    }
    this.draw();
  }

  /** Settle a conflict with another device: *wire* is what a person found to be true of both. */
  settleDevices(wire) {
    this.change((household) => Object.assign(household, { wire, follows: household.conflict.id, conflict: null }));
    return this.save();
  }

  async remove() {
    if (!confirm("从本机删除这一户？已发送到服务的记录不受影响。")) return;
    this.settle();
    this.gone = true;
    await households.forget(this.household.id);
    location.hash = "#/";
  }

  // ── sent ──

  async save() {
    const found = screened(this.pack, this.household);
    if (!found.answer) {
      tell("请先改正标出的内容。", "bad");
      return;
    }
    const message = messageOf(this.household, found.day, await households.queued(this.household.id));
    if (await this.keep(message, { state: "queued", sent: message.key, problem: null, local: digest(found.answer) })) {
      this.draw();
      tell(navigator.onLine ? "正在发送。" : "没有网络，已存在本机，有网络时自动发送。");
      sync();
    }
  }
}

/** Return the name of a question among those answered with "不清楚". */
export const questionId = ({ fact, member }) => `${fact} ${member || ""}`;

/** Return what was entered, so that two of it compare. */
const entered = ({ wire, names, unsure }) => JSON.stringify([wire, names, unsure]);
