// What was removed, why, and whether the list of it was tampered with.

import {element, number, problem, time} from './elements.js';
import {read} from './api.js';

export function transparency(content) {
  const aborted = new AbortController();
  const body = element('div', {class: 'card'}, element('p', {class: 'hint'}, 'Loading…'));
  const count = element('span', {class: 'sub', role: 'status'}, '');
  content.append(element('div', {class: 'head'}, element('h1', null, 'Transparency'), count), body);
  load().catch((failure) => {
    if (failure.name !== 'AbortError') {
      body.replaceChildren(problem(failure));
    }
  });

  async function load() {
    const answer = await read('/observe/transparency', aborted.signal);
    count.textContent = `${number(answer.total)} removals`;
    const verified = answer.verified ?? answer.chain?.verified;
    body.replaceChildren(
        verified === undefined ? '' : element('p', null, element('span', {class: `chip ${verified ? 'ok' : 'act'}`},
            verified ? 'chain intact' : 'chain broken')),
        answer.removals.length === 0
          ? element('p', {class: 'empty'}, 'Nothing was ever removed. Whatever is, will be listed here with its reason and hash.')
          : element('div', {class: 'scroll', tabindex: '0', role: 'region', 'aria-label': 'Removals'}, element('table', null,
              element('thead', null, element('tr', null, ['Time', 'Action', 'What', 'Reason', 'By', 'SHA-256'].map((name) =>
                element('th', {scope: 'col'}, name)))),
              element('tbody', null, answer.removals.map((removal) => element('tr', null,
                  element('td', {class: 'number'}, time(removal.ts)),
                  element('td', null, removal.action),
                  element('td', null, removal.key ?? removal.message_id),
                  element('td', null, removal.reason),
                  element('td', null, removal.performed_by),
                  element('td', {class: 'mono'}, removal.content_hash)))))));
  }

  return () => aborted.abort();
}
