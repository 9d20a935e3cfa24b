# A silo, and the command line beside it. The context is the published tool:
#
#   dotnet publish deploy/Tool -c Release -r linux-x64 -o artifacts/mnist
#   docker build -f deploy/silo.Dockerfile -t mnist-silo artifacts/mnist
#   docker run --read-only --tmpfs /tmp mnist-silo --Silo:Cluster demo --Silo:Store redis:db:6379
#
# A silo tells the others the address that its container has on its network; a container on several networks needs Silo__Address.
#
# A release is built on a digest of this image, which its label org.opencontainers.image.base.name tells: see .github/workflows/release.yml.
ARG BASE_IMAGE=mcr.microsoft.com/dotnet/runtime:10.0
FROM ${BASE_IMAGE}
ARG BASE_IMAGE
LABEL org.opencontainers.image.base.name=${BASE_IMAGE} org.opencontainers.image.licenses=MIT

# The user that Microsoft's images call "app"; other images need not know it. A new volume at one of these folders belongs to this user too.
ARG UID=1654
RUN install -d -o ${UID} -g ${UID} /home/mnist /identity /identity/authority /identity/silo /identity/operator /identity/store /identity/data
COPY . /opt/mnist
ENV PATH="/opt/mnist:${PATH}" HOME=/home/mnist Silo__Address=auto Silo__HealthFile=/tmp/health
WORKDIR /home/mnist
USER ${UID}
HEALTHCHECK --interval=5s --start-period=60s CMD [ $(($(date +%s) - $(stat -c %Y /tmp/health))) -lt 10 ]
ENTRYPOINT ["mnist-silo"]
