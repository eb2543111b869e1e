export { messages } from '../en/component.ts';
