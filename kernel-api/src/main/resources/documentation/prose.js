// Draws the small part of Markdown that the document's descriptions use: paragraphs, headings, lists, code and bold.

import {element} from './elements.js';

/** The elements of a description that may have several blocks. */
export function prose(text) {
  return blocks(text ?? '').map(block);
}

/** The inline elements of a description that has one paragraph. */
export function inline(text) {
  const parts = [];
  let position = 0;
  for (const match of (text ?? '').matchAll(/`([^`]+)`|\*\*([^*]+)\*\*/g)) {
    parts.push(text.slice(position, match.index));
    parts.push(match[1] !== undefined ? element('code', null, match[1]) : element('strong', null, match[2]));
    position = match.index + match[0].length;
  }
  parts.push((text ?? '').slice(position));
  return parts;
}

function blocks(text) {
  return text.split(/\n\s*\n/).map((part) => part.trim()).filter((part) => part !== '');
}

function block(text) {
  if (text.startsWith('## ')) {
    return element('h3', null, inline(text.slice(3)));
  }
  if (/^- /.test(text)) {
    return element('ul', null, items(text, /^- /));
  }
  if (/^\d+\. /.test(text)) {
    return element('ol', null, items(text, /^\d+\. /));
  }
  return element('p', null, inline(text.replace(/\s*\n\s*/g, ' ')));
}

function items(text, marker) {
  const found = [];
  for (const line of text.split('\n')) {
    if (marker.test(line)) {
      found.push(line.replace(marker, ''));
    } else {
      found[found.length - 1] += ` ${line.trim()}`;
    }
  }
  return found.map((item) => element('li', null, inline(item)));
}
