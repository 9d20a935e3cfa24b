# A silo, and the command line beside it. The context is what publishing makes:
#
#   dotnet publish src/Coordinator -c Release --use-current-runtime -o artifacts/mnist
#   docker build -f deploy/silo.Dockerfile -t mnist-silo artifacts/mnist
#   docker run mnist-silo --Silo:Cluster demo --Silo:Store redis:db:6379
#
# A silo tells the others the address that its container has on its network; a container on several networks needs Silo__Address.
ARG BASE_IMAGE=mcr.microsoft.com/dotnet/runtime:10.0
FROM ${BASE_IMAGE}

# The user that Microsoft's images call "app"; other images need not know it.
ARG UID=1654
RUN mkdir /home/mnist && chown ${UID}:${UID} /home/mnist
COPY . /opt/mnist
ENV PATH="/opt/mnist:${PATH}" HOME=/home/mnist Silo__Address=auto
WORKDIR /home/mnist
USER ${UID}
ENTRYPOINT ["mnist-silo"]
