// What was removed, why, and whether the list of it was tampered with.

import {complain, element, number, say, tableRegion, time} from './elements.js';
import {read} from './api.js';
import {canVerify, firstBroken} from './chain.js';
import {repeat} from './repeat.js';

const PAGE = 1000;
const SHOWN_MAX = 2_000;
const REFRESH_MS = 5_000;

export function transparency(content) {
  const aborted = new AbortController();
  const hint = element('p', {class: 'hint'}, 'Loading…');
  const removals = tableRegion('Removals', ['No.', 'Time', 'What', 'Reason', 'By', 'SHA-256 of what it was'], ['No.']);
  removals.root.hidden = true;
  const notices = element('div', null);
  const count = element('span', {class: 'sub', role: 'status'}, '');
  const verdict = element('p', {role: 'status', class: 'verdict'});
  content.append(element('div', {class: 'head'}, element('h1', null, 'Transparency'), count), notices, verdict,
      element('div', {class: 'card'}, hint, removals.root));
  let known = -1;

  /** Loads the whole log when it has grown; resolves to how many requests that took. */
  async function load() {
    let requests = 1;
    try {
      const {total} = await read('/observe/transparency?limit=1', aborted.signal);
      if (total !== known) {
        const entries = [];
        for (let cursor = ''; cursor !== null; requests++) {
          const query = new URLSearchParams(cursor ? {limit: PAGE, cursor} : {limit: PAGE});
          const page = await read(`/observe/transparency?${query}`, aborted.signal);
          entries.push(...page.removals);
          cursor = page.next_cursor ?? null;
        }
        await show(entries);
        known = entries.length;
      }
      notices.replaceChildren();
    } catch (failure) {
      complain(notices, failure);
      say(hint, '');
    }
    return requests;
  }

  async function show(entries) {
    say(count, entries.length === 1 ? '1 removal' : `${number(entries.length)} removals`);
    hint.className = 'empty';
    say(hint, 'Nothing was ever removed. Whatever is, will be listed here with its reason and hash.');
    hint.hidden = entries.length > 0;
    removals.root.hidden = entries.length === 0;
    removals.body.replaceChildren(...entries.slice(-SHOWN_MAX).reverse().map(rowOf));
    if (entries.length > 0) {
      await judge(entries);
    }
  }

  async function judge(entries) {
    if (!canVerify) {
      verdict.replaceChildren(element('span', {class: 'chip watch'}, 'not verified'),
          ' This browser computes hashes on a loopback address or over HTTPS only.');
      return;
    }
    const broken = await firstBroken(entries);
    verdict.replaceChildren(...(broken === 0
      ? [element('span', {class: 'chip ok'}, 'chain intact'),
        ` This browser computed all ${number(entries.length)} hashes: no entry was changed, left out or put in since.`]
      : [element('span', {class: 'chip act'}, 'chain broken'),
        ` Entry ${number(broken)} is not what it was when it was written, or does not follow the one before it.`]));
  }

  const end = repeat(load, REFRESH_MS);
  return () => {
    end();
    aborted.abort();
  };
}

function rowOf(removal) {
  return element('tr', null,
      element('td', {class: 'number'}, number(removal.number)),
      element('td', {class: 'when', title: removal.ts}, time(removal.ts)),
      element('td', null, element('span', {class: 'chip removal'}, removal.key === undefined ? 'message' : 'state key'), ' ',
          removal.key ?? element('code', null, removal.message_id)),
      element('td', null, removal.reason),
      element('td', null, removal.performed_by),
      element('td', {class: 'mono hash', title: removal.content_hash}, removal.content_hash));
}
