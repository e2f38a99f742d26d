FROM mcr.microsoft.com/dotnet/sdk:10.0 AS build
WORKDIR /source

# what decides the packages first, so that a change of code restores nothing
COPY global.json Directory.Build.props Directory.Build.targets Directory.Packages.props ./
COPY src/ThreadStore/ThreadStore.csproj src/ThreadStore/packages*.lock.json src/ThreadStore/
RUN dotnet restore src/ThreadStore -p:Configuration=Release --locked-mode

COPY .editorconfig ./
COPY src src
RUN dotnet publish src/ThreadStore -c Release -o /app -p:RestoreLockedMode=true

FROM mcr.microsoft.com/dotnet/aspnet:10.0
WORKDIR /app
COPY --from=build /app .
ENV ASPNETCORE_URLS=http://+:8080
EXPOSE 8080
USER $APP_UID
# the exec form: SIGTERM reaches the server, which then finishes what is under way
ENTRYPOINT ["dotnet", "threadstore.dll"]
