// One event: what of it is kept, and what is said of it.

import {nameOf, remember} from './elements.js';

/** Of what agents say, so much is kept; thousands of long contents would fill the memory of the browser. */
const TEXT_KEPT_MAX = 1_000;
const KINDS = {message: 'message', state: 'state', agent: 'agent', token: 'agent', content: 'removal'};

/** What an event is about, as the class of its chip. */
export function kindOf({type}) {
  return KINDS[type.split('_')[0]] ?? '';
}

/** An event as lists keep it: learns what it tells, and cuts off what is too long to keep. */
export function shortened(event) {
  if (event.type === 'agent_updated') {
    remember(event.agent ?? event.data.address, event.data.profile?.name ?? event.data.name);
  }
  const long = ['content', 'value'].find((field) => event.data[field]?.length > TEXT_KEPT_MAX);
  return long === undefined ? event
    : {...event, shortened: true, data: {...event.data, [long]: event.data[long].slice(0, TEXT_KEPT_MAX)}};
}

/** An event in some words. */
export function summary({type, data}) {
  switch (type) {
    case 'message_sent': return `to ${nameOf(data.to)}: ${data.content ?? ''}`.slice(0, 300);
    case 'message_delivered': return `to ${nameOf(data.to)} by ${data.delivery_method}`;
    case 'state_written': return `${data.key} = ${data.value ?? ''}`.slice(0, 300);
    case 'message_expired': return `to ${nameOf(data.to)}`;
    case 'message_dead': return `to ${nameOf(data.to)} after ${data.attempts} attempts`;
    case 'state_deleted':
    case 'state_read': return String(data.key);
    case 'registry_read': return 'looked at the registry';
    case 'agent_registered': return data.has_webhook ? 'with a webhook' : 'without a webhook';
    case 'agent_deregistered':
    case 'token_rotated': return '';
    case 'content_removed': return `${data.key ?? data.message_id ?? ''}: ${data.reason ?? ''}`.slice(0, 300);
    default: return JSON.stringify(data).slice(0, 300);
  }
}
