import { startAdminPage } from './start-admin-page.ts';

const root = document.querySelector('#app');
if (root instanceof HTMLElement) startAdminPage(root);
