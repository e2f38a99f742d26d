using ThreadStore.Commands;

return await CommandLine.RunAsync(args);
