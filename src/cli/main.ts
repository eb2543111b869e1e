console.log('framegate', process.version, process.argv.slice(2).join(' '));
