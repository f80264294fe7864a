// What was removed, why, and whether the list of it was tampered with.

import {element, number, problem, time} from './elements.js';
import {read} from './api.js';
import {canVerify, firstBroken} from './chain.js';

const PAGE = 1000;
const SHOWN_MAX = 2_000;

export function transparency(content) {
  const aborted = new AbortController();
  const body = element('div', {class: 'card'}, element('p', {class: 'hint'}, 'Loading…'));
  const count = element('span', {class: 'sub', role: 'status'}, '');
  const verdict = element('p', {role: 'status', class: 'verdict'});
  content.append(element('div', {class: 'head'}, element('h1', null, 'Transparency'), count), verdict, body);
  load().catch((failure) => {
    if (failure.name !== 'AbortError') {
      body.replaceChildren(problem(failure));
    }
  });

  async function load() {
    const entries = [];
    for (let cursor = ''; cursor !== null;) {
      const query = new URLSearchParams(cursor ? {limit: PAGE, cursor} : {limit: PAGE});
      const page = await read(`/observe/transparency?${query}`, aborted.signal);
      entries.push(...page.removals);
      cursor = page.next_cursor ?? null;
    }
    count.textContent = entries.length === 1 ? '1 removal' : `${number(entries.length)} removals`;
    body.replaceChildren(entries.length === 0
      ? element('p', {class: 'empty'}, 'Nothing was ever removed. Whatever is, will be listed here with its reason and hash.')
      : table(entries));
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

  return () => aborted.abort();
}

function table(entries) {
  const newest = entries.slice(-SHOWN_MAX).reverse();
  return element('div', {class: 'scroll', tabindex: '0', role: 'region', 'aria-label': 'Removals'}, element('table', null,
      element('thead', null, element('tr', null, ['No.', 'Time', 'What', 'Reason', 'By', 'SHA-256 of what it was'].map((name) =>
        element('th', {scope: 'col', class: name === 'No.' ? 'number' : null}, name)))),
      element('tbody', null, newest.map((removal) => element('tr', null,
          element('td', {class: 'number'}, number(removal.number)),
          element('td', {class: 'when', title: removal.ts}, time(removal.ts)),
          element('td', null, element('span', {class: 'chip removal'}, removal.key === undefined ? 'message' : 'state key'), ' ',
              removal.key ?? element('code', null, removal.message_id)),
          element('td', null, removal.reason),
          element('td', null, removal.performed_by),
          element('td', {class: 'mono hash', title: removal.content_hash}, removal.content_hash))))));
}
