// Draws the page from the OpenAPI document.

import {fetchDocument} from './document.js';
import {element} from './elements.js';
import {connectTheme, showNavigation} from './navigation.js';
import {operationElement, responseElement} from './operation.js';
import {inline, prose} from './prose.js';

connectTheme();
try {
  show(await fetchDocument());
} catch (failure) {
  document.getElementById('status').textContent =
      `The interface description could not be shown. ${failure.message} Reload the page to try again.`;
  throw failure;
}

function show(api) {
  const sections = api.sections();
  document.title = `${api.info.title} API`;
  document.getElementById('version').textContent = `API ${api.info.version}`;
  document.getElementById('content').replaceChildren(
      introduction(api), errors(api), ...sections.map((section) => sectionElement(api, section)));
  showNavigation(sections);
  if (location.hash.length > 1) {
    document.getElementById(decodeURIComponent(location.hash.slice(1)))?.scrollIntoView();
  }
}

function introduction(api) {
  return element('section', {class: 'introduction', id: 'introduction'},
      element('h1', null, api.info.title),
      element('p', {class: 'lead'}, api.info.summary),
      prose(api.info.description));
}

function errors(api) {
  return element('section', {class: 'errors', id: 'errors'},
      element('h2', null, 'Errors'),
      element('p', null, 'The closed list of codes in ', element('code', null, 'error'),
          ', each with the status that it comes with.'),
      element('table', null,
          element('thead', null, element('tr', null,
              ['Status', 'Code', 'Meaning'].map((title) => element('th', {scope: 'col'}, title)))),
          element('tbody', null, api.errorCodes().map(errorRow))),
      element('h3', null, 'Answers outside of any operation'),
      element('div', {class: 'responses'}, api.outsideOperations().map((response) => responseElement(api, response))));
}

function errorRow({code, meaning}) {
  const [, status, text] = /^(\d{3})\. (.*)$/.exec(meaning) ?? [null, '', meaning];
  return element('tr', null,
      element('td', null, element('span', {class: `code-label s${status[0]}`}, status)),
      element('td', null, element('code', null, code)),
      element('td', null, inline(text)));
}

function sectionElement(api, section) {
  return element('section', {class: 'tag', id: section.anchor},
      element('div', {class: 'tag-head'}, element('h2', null, section.tag.name), prose(section.tag.description)),
      section.operations.map((operation) => operationElement(api, operation)));
}
