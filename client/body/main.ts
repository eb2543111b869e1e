import { startBodyPage } from './start-body-page.ts';

const root = document.querySelector('#app');
if (root instanceof HTMLElement) startBodyPage(root);
