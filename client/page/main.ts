import { startPage } from './start-page.ts';

const root = document.querySelector('#app');
if (root instanceof HTMLElement) startPage(root);
