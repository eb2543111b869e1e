import '../component/index.ts';
